using Loader.LocalAws;
using Loader.Tests.Support;

namespace Loader.Tests.Sources;

/// <summary>A prefix in S3 that is written without its slash.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class MissingSlashTests
{
    [TestCase(1, "validate", "s3://lake/in")]
    [TestCase(2, "validate", "S3://lake/in", "--dataset", "generation")]
    [TestCase(2, "inspect", "s3://lake/in")]
    public async Task The_command_line_asks_for_the_slash(int exitCode, params string[] arguments)
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.S3.CreateBucket("lake");
        server.S3.Put("lake", "in/dataset=generation/x.parquet", Array.Empty<byte>());
        using var folder = new TemporaryFolder();

        using var process = LoaderProcess.Start(folder.Path, server.Environment(), arguments);
        (int exit, string output, string errors) = await process.EndAsync();

        Assert.That(exit, Is.EqualTo(exitCode), errors);
        Assert.That(output + errors, Does.Contain("There are objects below s3://lake/in/: to load them, end the source with a slash."));
    }
}
