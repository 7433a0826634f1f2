using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Loader.Tests.Cli;

/// <summary>The command line in a process of its own, at a real terminal and with broken output.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed partial class TerminalTests
{
    [Test]
    public async Task A_terminal_shows_the_progress_in_one_line_and_then_removes_it()
    {
        using var cli = new CliRun();
        string text = await AtTerminalAsync(cli, 60, $"load {await cli.SampleAsync()}");

        Assert.That(text, Does.Match("\rlisting files\u001b\\[K(.|\n)*\r\u001b\\[K(.|\n)*Dataset").And.Contain("720 rows in "));
    }

    [Test]
    public async Task A_failure_stays_above_the_progress()
    {
        using var cli = new CliRun();
        string text = await AtTerminalAsync(cli, 60, $"load {await cli.SampleAsync()} {cli.PathOf("no.parquet")}");

        Assert.That(Flatten(text), Does.Match("no.parquet does not exist"));
        Assert.That(Flatten(text).Split("does not exist"), Has.Length.EqualTo(2), "It is printed once.");
    }

    [TestCase("C", "xterm")]
    [TestCase("POSIX", "dumb")]
    public async Task Without_UTF_8_every_character_is_ASCII(string locale, string terminal)
    {
        using var cli = new CliRun();
        string folder = cli.PathOf("geração", "dataset=generation");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "março.parquet"), "no Parquet");

        string text = await AtTerminalAsync(cli, 60, $"load {cli.PathOf("geração")}", ("LC_ALL", locale), ("TERM", terminal));

        Assert.That(text.Where(c => !char.IsAscii(c)), Is.Empty);
        Assert.That(text, Does.Contain("mar\\u00e7o"));
    }

    [Test]
    public async Task With_UTF_8_names_are_written_as_they_are()
    {
        using var cli = new CliRun();
        string folder = cli.PathOf("dataset=generation");
        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, "março.parquet"), "no Parquet");

        Assert.That(await AtTerminalAsync(cli, 60, $"load {folder}", ("LC_ALL", "C.UTF-8")), Does.Contain("março.parquet"));
    }

    [Test]
    public async Task A_terminal_that_understands_no_sequences_gets_none()
    {
        using var cli = new CliRun();

        Assert.That(await AtTerminalAsync(cli, 60, $"load {await cli.SampleAsync()}", ("TERM", "dumb")), Does.Not.Contain("\u001b").And.Contain("720 rows in "));
    }

    [Test]
    public async Task No_color_means_no_color()
    {
        using var cli = new CliRun();
        string text = await AtTerminalAsync(cli, 60, $"load {cli.PathOf("no.parquet")}", ("NO_COLOR", "1"));

        Assert.That(text, Does.Contain("does not exist").And.Not.Match("\u001b\\[[0-9;]*m"));
    }

    [Test]
    public async Task A_JSON_document_at_a_terminal_is_not_mixed_with_the_progress()
    {
        using var cli = new CliRun();
        string text = await AtTerminalAsync(cli, 200, $"load {await cli.SampleAsync()} --json");

        // The runtime sets the mode of the keypad when it first uses the terminal.
        string json = text.Replace("\u001b[?1h\u001b=", "", StringComparison.Ordinal);
        Assert.That(JsonDocument.Parse(json).RootElement.GetProperty("written").GetInt64(), Is.EqualTo(720));
    }

    [TestCase("2>&-")]
    [TestCase("2>/dev/full")]
    public async Task A_standard_error_that_cannot_be_written_does_not_fail_a_load(string redirection)
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        Directory.CreateDirectory(Path.Combine(samples, "empty"));
        if (redirection.EndsWith("full", StringComparison.Ordinal) && !File.Exists("/dev/full"))
        {
            Assert.Ignore("There is no /dev/full.");
        }

        (int exit, string output) = await ShellAsync(cli.Folder, $"exec {Loader} load {samples} {Path.Combine(samples, "empty")} --json {redirection}");

        Assert.That(exit, Is.Zero, output);
        Assert.That(JsonDocument.Parse(output).RootElement.GetProperty("written").GetInt64(), Is.EqualTo(720));
    }

    [Test]
    public async Task Lines_of_progress_do_not_get_into_the_JSON_document()
    {
        using var cli = new CliRun { ProgressInterval = TimeSpan.Zero };

        await cli.RunAsync("load", await cli.SampleAsync(), "--json");

        Assert.That(cli.Error, Does.Contain("listing files"));
        Assert.That(cli.Json.GetProperty("written").GetInt64(), Is.EqualTo(720));
    }

    private static string Loader
    {
        get
        {
            string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
            return $"'{Path.Combine(root, "dotnet")}' '{typeof(global::Loader.Cli.CommandLineApp).Assembly.Location}'";
        }
    }

    /// <summary>Returns a text without line breaks and sequences, and with single blanks.</summary>
    private static string Flatten(string text) =>
        Blanks().Replace(Sequence().Replace(text, ""), " ");

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]", RegexOptions.NonBacktracking)]
    private static partial Regex Sequence();

    [GeneratedRegex(@"\s+", RegexOptions.NonBacktracking)]
    private static partial Regex Blanks();

    /// <summary>Runs the loader at a pseudo-terminal of some width, or skips the test where there is none.</summary>
    /// <returns>What the terminal got.</returns>
    private static async Task<string> AtTerminalAsync(CliRun cli, int width, string arguments, params (string Name, string Value)[] variables)
    {
        if (OperatingSystem.IsWindows() || (await ShellAsync(cli.Folder, "script --version")).Output.Contains("util-linux", StringComparison.Ordinal) is false)
        {
            Assert.Ignore("The script command of util-linux is not installed: no pseudo-terminal is tested.");
        }

        string command = $"stty cols {width}; exec {Loader} {arguments}";
        (_, string output) = await ShellAsync(cli.Folder, $"exec script -qec \"{command}\" /dev/null </dev/null", variables);
        return output.Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    private static async Task<(int ExitCode, string Output)> ShellAsync(string folder, string script, params (string Name, string Value)[] variables)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("There is no shell.");
        }

        var start = new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = folder, RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["HOME"] = folder;
        start.Environment["TERM"] = "xterm";
        start.Environment["LC_ALL"] = "C.UTF-8";
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output);
    }
}
