using Loader.Application;
using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Domain;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Shows how far a run is, on standard error: a bar on a terminal, otherwise one line per file.</summary>
internal sealed class ProgressDisplay : IProgress<LoadProgress>
{
    private readonly IAnsiConsole _console;
    private readonly ProgressTask? _bar;
    private string _count = "";

    private ProgressDisplay(IAnsiConsole console, ProgressTask? bar)
    {
        _console = console;
        _bar = bar;
    }

    /// <summary>Runs something that tells its progress.</summary>
    public static async Task<T> RunAsync<T>(IAnsiConsole console, Func<ProgressDisplay, Task<T>> run)
    {
        if (!console.Profile.Capabilities.Interactive || !console.Profile.Capabilities.Ansi)
        {
            return await run(new ProgressDisplay(console, bar: null)).ConfigureAwait(false);
        }

        return await console.Progress()
            .AutoClear(enabled: true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(context => run(new ProgressDisplay(console, context.AddTask("Listing files", autoStart: true)))).ConfigureAwait(false);
    }

    /// <summary>Begins a file.</summary>
    public void Begin(SourceFile file, int number, int count)
    {
        _count = count == 1 ? "" : $"[{number}/{count}] ";
        if (_bar is not null)
        {
            _bar.Description = Markup.Escape(_count) + Words.Name(file.ToString());
            _bar.Value = 0;
        }
    }

    /// <inheritdoc/>
    public void Report(LoadProgress value)
    {
        if (_bar is not null)
        {
            _bar.MaxValue = Math.Max(value.RowsTotal, 1);
            _bar.Value = value.RowsSettled;
        }
    }

    /// <summary>Ends a file.</summary>
    public void End(FileResult result)
    {
        if (_bar is not null)
        {
            return;
        }

        string outcome = result.Status switch
        {
            LoadStatus.Succeeded => "",
            LoadStatus.Incomplete => ", stopped",
            _ => ", failed",
        };
        string time = result.Report is { } report ? $" in {Words.Of(report.Elapsed)}" : "";
        _console.MarkupLine(
            $"{Markup.Escape(_count)}{Words.Name(result.Name)}: {Words.Of(result.Ledger.Read)} read, {Words.Of(result.Ledger.Written)} written{outcome}{time}");
    }
}
