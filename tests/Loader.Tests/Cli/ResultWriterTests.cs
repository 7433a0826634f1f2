using Loader.Cli.Hosting;

namespace Loader.Tests.Cli;

[TestFixture]
internal sealed class ResultWriterTests
{
    [Test]
    public void Text_is_passed_on()
    {
        using var inner = new StringWriter();
        using var writer = new ResultWriter(inner);

        writer.Write('a');
        writer.Write("b");
        writer.Write(['c', 'd'], 1, 1);
        writer.WriteLine("e");

        Assert.That(inner.ToString(), Is.EqualTo("abde" + Environment.NewLine));
        Assert.That(writer.Failure, Is.Null);
    }

    [Test]
    public void The_first_failure_is_remembered_and_ends_the_output()
    {
        using var inner = new FullWriter();
        using var writer = new ResultWriter(inner);

        writer.WriteLine("a");
        writer.WriteLine("b");
        writer.Flush();

        Assert.That(writer.Failure, Is.EqualTo("No space left on device"));
        Assert.That(inner.Calls, Is.EqualTo(1));
    }

    private sealed class FullWriter : StringWriter
    {
        public int Calls { get; private set; }

        public override void WriteLine(string? value)
        {
            Calls++;
            throw new IOException("No space left on device");
        }
    }
}
