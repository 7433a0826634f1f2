using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Domain;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Shows the progress of a run on standard error: a progress bar on a terminal, otherwise one line per file.</summary>
internal sealed class ProgressDisplay : IProgress<FileProgress>
{
    private readonly Lock _gate = new();
    private readonly IAnsiConsole _console;
    private readonly ProgressTask? _bar;
    private readonly string _written;
    private readonly Dictionary<SourceFile, double> _inFlight = [];
    private int _ended;

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
        lock (_gate)
        {
            switch (value)
            {
                case FileStarted started when _bar is not null:
                    _inFlight[started.File] = 0;
                    _bar.MaxValue = started.FileCount;
                    _bar.Description = Position(started.Number, started.FileCount) + ConsoleFormat.FileName(started.File.ToString());
                    break;
                case FileAdvanced rows when _bar is not null:
                    _inFlight[rows.File] = rows.Settled / (double)Math.Max(rows.Total, 1);
                    ShowProgress(_bar);
                    break;
                case FileEnded ended when _bar is not null:
                    _inFlight.Remove(ended.File);
                    _ended = ended.Ended;
                    _bar.MaxValue = ended.FileCount;
                    ShowProgress(_bar);
                    break;
                case FileEnded ended when ended.Result.Report?.SkippedBecause != SkipReason.AlreadyLoaded:
                    WriteLine(ended);
                    break;
            }
        }
    }

    private static string Position(int number, int count) => count == 1 ? "" : Markup.Escape($"[{number}/{count}] ");

    /// <summary>Fills the bar with the files that have ended and the parts of those in flight.</summary>
    private void ShowProgress(ProgressTask bar) => bar.Value = _ended + _inFlight.Values.Sum();

    private void WriteLine(FileEnded ended)
    {
        FileResult result = ended.Result;
        string status = result.Status switch
        {
            LoadStatus.Succeeded => "",
            LoadStatus.Incomplete => ", stopped",
            LoadStatus.Skipped => ", skipped",
            _ => ", failed",
        };
        string time = result.Report is { } report ? $" in {ConsoleFormat.Duration(report.Elapsed)}" : "";
        _console.MarkupLine(
            $"{Position(ended.Ended, ended.FileCount)}{ConsoleFormat.FileName(result.Name)}: "
            + $"{ConsoleFormat.Count(result.Ledger.Read)} read, {ConsoleFormat.Count(result.Ledger.Written)} {_written}{status}{time}");
    }
}
