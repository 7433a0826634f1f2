using Loader.Application.Results;
using Loader.Cli.Loading;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Shows the progress of a run on standard error: a progress bar on a terminal, otherwise one line per file.</summary>
internal sealed class ProgressDisplay : IProgress<FileProgress>
{
    private readonly IAnsiConsole _console;
    private readonly ProgressTask? _bar;
    private readonly string _written;
    private string _position = "";

    private ProgressDisplay(IAnsiConsole console, bool isDryRun, ProgressTask? bar)
    {
        _written = isDryRun ? "storable" : "written";
        _console = console;
        _bar = bar;
    }

    /// <summary>Runs a function and shows the progress that it reports. In a dry run, written rows are called storable.</summary>
    public static async Task<T> RunAsync<T>(IAnsiConsole console, bool isDryRun, Func<ProgressDisplay, Task<T>> run)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            return await run(new ProgressDisplay(console, isDryRun, bar: null)).ConfigureAwait(false);
        }

        return await console.Progress()
            .AutoClear(enabled: true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(
                context => run(new ProgressDisplay(console, isDryRun, context.AddTask("Listing files", autoStart: true))))
            .ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public void Report(FileProgress value)
    {
        switch (value)
        {
            case FileStarted started:
                Start(started);
                break;
            case FileAdvanced rows when _bar is not null:
                _bar.MaxValue = Math.Max(rows.Total, 1);
                _bar.Value = rows.Settled;
                break;
            case FileEnded ended when _bar is null:
                WriteLine(ended.Result);
                break;
        }
    }

    private void Start(FileStarted started)
    {
        _position = started.FileCount == 1 ? "" : $"[{started.Number}/{started.FileCount}] ";
        if (_bar is not null)
        {
            _bar.Description = Markup.Escape(_position) + ConsoleFormat.FileName(started.File.ToString());
            _bar.Value = 0;
        }
    }

    private void WriteLine(FileResult result)
    {
        string status = result.Status switch
        {
            LoadStatus.Succeeded => "",
            LoadStatus.Incomplete => ", stopped",
            LoadStatus.Skipped => ", skipped",
            _ => ", failed",
        };
        string time = result.Report is { } report ? $" in {ConsoleFormat.Duration(report.Elapsed)}" : "";
        _console.MarkupLine(
            $"{Markup.Escape(_position)}{ConsoleFormat.FileName(result.Name)}: {ConsoleFormat.Count(result.Ledger.Read)} read, "
            + $"{ConsoleFormat.Count(result.Ledger.Written)} {_written}{status}{time}");
    }
}
