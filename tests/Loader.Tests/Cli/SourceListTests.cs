using System.Diagnostics;

namespace Loader.Tests.Cli;

/// <summary>A list of sources on standard input.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SourceListTests
{
    [TestCase("\n")]
    [TestCase("\r\n")]
    [TestCase("\n\n  \n")]
    public async Task Each_line_is_a_source(string end)
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string[] files = Files(samples);
        cli.Input = new StringReader($"{end}{files[0]}{end}{files[1]}");

        int exit = await cli.RunAsync("load", "-", "--json");

        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(cli.Json.GetProperty("files").GetArrayLength(), Is.EqualTo(2));
    }

    [Test]
    public async Task A_line_can_be_a_folder_or_a_pattern_and_the_list_can_stand_beside_other_sources()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        cli.Input = new StringReader($"{samples}/dataset=generation\n{samples}/dataset=c*\n");

        int exit = await cli.RunAsync("load", $"{samples}/dataset=transmission", "-", "--json");

        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(cli.Json.GetProperty("read").GetInt32(), Is.EqualTo(720));
    }

    [Test]
    public async Task A_file_that_is_listed_twice_is_loaded_once()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        cli.Input = new StringReader($"{samples}\n{Files(samples)[0]}\n{samples}/../samples\n");

        await cli.RunAsync("load", "-", "--json");

        Assert.That(cli.Json.GetProperty("read").GetInt32(), Is.EqualTo(720));
        Assert.That(cli.Json.GetProperty("skipped_by_reason").GetRawText(), Is.EqualTo("""{"repeated":4}"""));
    }

    [TestCase("")]
    [TestCase("\n\r\n \n")]
    public async Task An_empty_list_is_nothing_to_load(string list)
    {
        using var cli = new CliRun { Input = new StringReader(list) };

        int exit = await cli.RunAsync("load", "-");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("Nothing to load: standard input names no source."));
    }

    [Test]
    public async Task A_line_that_names_nothing_fails_the_run_and_the_other_lines_are_loaded()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        cli.Input = new StringReader($"{cli.PathOf("missing.parquet")}\n{samples}\ns3a://bucket/x\n");

        int exit = await cli.RunAsync("load", "-", "--json");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Json.GetProperty("read").GetInt32(), Is.EqualTo(720));
        Assert.That(cli.Error, Does.Contain("missing.parquet does not exist").And.Contain("Write s3://bucket/x."));
    }

    [Test]
    public async Task Names_of_options_and_a_dash_are_files_in_a_list()
    {
        using var cli = new CliRun { Input = new StringReader("--sink\n-\n") };

        await cli.RunAsync("load", "-", "--dataset", "generation");

        Assert.That(cli.Error, Does.Contain("--sink does not exist").And.Contain("- does not exist"));
    }

    [Test]
    public async Task The_list_can_be_given_once()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("load", "-", "-");

        Assert.That(exit, Is.EqualTo(2));
        Assert.That(cli.Error, Does.Contain("'-' is given twice"));
    }

    [Test]
    public async Task Behind_two_dashes_it_is_a_file()
    {
        using var cli = new CliRun();

        await cli.RunAsync("load", "--dataset", "generation", "--", "-");

        Assert.That(cli.Error, Does.Contain("./- does not exist"));
    }

    [Test]
    public async Task A_run_that_is_resumed_leaves_out_what_is_loaded()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        string bad = cli.PathOf("dataset=generation", "bad.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(bad)!);
        await File.WriteAllTextAsync(bad, "no Parquet");
        cli.Input = new StringReader($"{samples}\n{bad}\n");
        await cli.RunAsync("load", "-");
        cli.Input = new StringReader($"{samples}\n{bad}\n");

        await cli.RunAsync("load", "-", "--resume", "--json");

        Assert.That(cli.Json.GetProperty("skipped_done").GetInt32(), Is.EqualTo(3));
    }

    [Test]
    public async Task Files_are_loaded_while_the_list_is_still_being_written()
    {
        using var cli = new CliRun();
        string[] paths = [cli.PathOf("a.parquet"), cli.PathOf("b.parquet")];
        var source = new MemoryParquetSource();
        var isLoading = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        source.BeforeRowGroup = (_, _) => isLoading.TrySetResult();
        cli.Services = services => services.Replace(source);
        foreach (string path in paths)
        {
            await File.WriteAllTextAsync(path, "");
            source.Add(path, rowGroups: [2]);
        }

        cli.Input = new SlowReader(paths, isLoading.Task);
        int exit = await cli.RunAsync("load", "-", "--dataset", "generation", "--json").WaitAsync(TimeSpan.FromMinutes(2));

        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(cli.Json.GetProperty("read").GetInt32(), Is.EqualTo(4));
    }

    [Test]
    public async Task The_process_reads_its_standard_input()
    {
        using var cli = new CliRun();
        string samples = await cli.SampleAsync();
        var start = new ProcessStartInfo("dotnet", [typeof(Loader.Cli.CommandLineApp).Assembly.Location, "load", "-", "--json"])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = cli.Folder,
        };
        using Process process = Process.Start(start)!;
        await process.StandardInput.WriteAsync($"\uFEFF{samples}\r\n");
        process.StandardInput.Close();

        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.That(process.ExitCode, Is.Zero);
        Assert.That(output, Does.Contain("\"read\":720"));
    }

    [Test]
    public async Task A_signal_ends_the_wait_for_the_next_line()
    {
        using var cli = new CliRun { Input = new EndlessReader() };
        Task<int> run = cli.RunAsync("load", "-");

        cli.Signals.Raise();

        Assert.That(await run.WaitAsync(TimeSpan.FromMinutes(1)), Is.EqualTo(130));
    }

    private static string[] Files(string folder) =>
        [.. Directory.GetFiles(folder, "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>A terminal at which nobody types.</summary>
    private sealed class EndlessReader : TextReader
    {
        public override async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
        {
            await new TaskCompletionSource().Task;
            return null;
        }
    }

    /// <summary>A program that writes its second line after something has happened.</summary>
    private sealed class SlowReader(string[] lines, Task happened) : TextReader
    {
        private int _next;

        public override async ValueTask<string?> ReadLineAsync(CancellationToken cancellationToken)
        {
            if (_next > 0)
            {
                await happened;
            }

            return _next < lines.Length ? lines[_next++] : null;
        }
    }
}
