using System.Diagnostics;
using Loader.LocalAws;

namespace Loader.Tests.LocalAws;

/// <summary>The server as a person starts it.</summary>
[TestFixture]
internal sealed class LocalAwsCommandTests
{
    private static readonly HttpClient Client = new();

    [Test]
    public async Task It_prints_what_to_export_serves_the_folder_and_runs_until_it_is_stopped()
    {
        var folder = Directory.CreateTempSubdirectory("local-aws-");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "a.parquet"), "abc");
        using var process = Run("--port", "0", "--s3-folder", folder.FullName, "--bucket", "energy-data");
        try
        {
            var variables = new Dictionary<string, string>(StringComparer.Ordinal);
            while (await process.StandardOutput.ReadLineAsync() is { } line && !line.Contains("Ctrl-C", StringComparison.Ordinal))
            {
                if (line.StartsWith("export ", StringComparison.Ordinal))
                {
                    var pair = line["export ".Length..].Split('=', 2);
                    variables[pair[0]] = pair[1];
                }
            }

            var content = await Client.GetStringAsync(new Uri(variables["AWS_ENDPOINT_URL"] + "/energy-data/a.parquet"));
            var tables = await Client.GetStringAsync(new Uri($"{variables["AWS_ENDPOINT_URL"]}/_local/timestream/{variables["TIMESTREAM_DATABASE_NAME"]}/{variables["GENERATION_TABLE_NAME"]}"));

            Assert.Multiple(() =>
            {
                Assert.That(content, Is.EqualTo("abc"));
                Assert.That(tables, Does.Contain("\"count\": 0"));
                Assert.That(process.HasExited, Is.False);
            });
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task A_folder_that_is_not_there_is_a_wrong_usage()
    {
        using var process = Run("--port", "0", "--s3-folder", "/no/such/folder");

        await process.WaitForExitAsync();

        Assert.That((process.ExitCode, await process.StandardError.ReadToEndAsync()), Is.EqualTo((2, $"The folder /no/such/folder does not exist.{Environment.NewLine}")));
    }

    private static Process Run(params string[] arguments)
    {
        var assembly = typeof(LocalAwsServer).Assembly.Location;
        if (!File.Exists(Path.ChangeExtension(assembly, ".runtimeconfig.json")))
        {
            Assert.Ignore("The executable is not beside the tests.");
        }

        return Process.Start(new ProcessStartInfo("dotnet", ["exec", assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
    }
}
