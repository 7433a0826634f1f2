using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Loader.Tests.Packaging;

/// <summary>Runs the dotnet command with a clean environment, without the variables of the build or test run that started it.</summary>
internal static class DotnetCommand
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Runs the command and returns its output. A non-zero exit code fails the test.</summary>
    public static async Task<string> RunAsync(string folder, IEnumerable<KeyValuePair<string, string>> variables, params string[] arguments)
    {
        (int exitCode, string text) = await TryRunAsync(folder, variables, arguments);
        Assert.That(exitCode, Is.Zero, $"dotnet {string.Join(' ', arguments)}{Environment.NewLine}{text}");
        return text;
    }

    /// <summary>Runs the command and returns its exit code and output.</summary>
    public static async Task<(int ExitCode, string Output)> TryRunAsync(
        string folder, IEnumerable<KeyValuePair<string, string>> variables, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Root, "dotnet"), arguments)
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (string name in (string[])["HOME", "PATH", "NUGET_PACKAGES", "TMPDIR"])
        {
            if (Environment.GetEnvironmentVariable(name) is { } value)
            {
                start.Environment[name] = value;
            }
        }

        // Leave no build server running after the test.
        start.Environment["DOTNET_ROOT"] = Root;
        start.Environment["DOTNET_NOLOGO"] = "1";
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_SKIP_FIRST_TIME_EXPERIENCE"] = "1";
        start.Environment["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0";
        start.Environment["MSBUILDDISABLENODEREUSE"] = "1";
        start.Environment["UseSharedCompilation"] = "false";
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await errors);
    }
}
