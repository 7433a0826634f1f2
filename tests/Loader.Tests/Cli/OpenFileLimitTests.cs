using Loader.Cli.Hosting;

namespace Loader.Tests.Cli;

[TestFixture]
internal sealed class OpenFileLimitTests
{
    [TestCase("Max open files            100                  100                  files     ", true)]
    [TestCase("Max open files            255                  4096                 files     ", true)]
    [TestCase("Max open files            256                  4096                 files     ", false)]
    [TestCase("Max open files            unlimited            unlimited            files     ", false)]
    [TestCase("Max open files", false)]
    [TestCase("", false)]
    public void Too_few_files_are_explained(string line, bool expected)
    {
        string? problem = OpenFileLimit.Check($"Limit                     Soft Limit           Hard Limit           Units     \n{line}\n");

        Assert.That(problem is not null, Is.EqualTo(expected));
    }
}
