using Loader.Application.Ports;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>
/// Shows the progress of a run on standard error: on a terminal a line that changes, otherwise a line now and then. A run that ends before
/// the first of these lines prints none.
/// </summary>
internal sealed class ProgressDisplay : IAsyncDisposable
{
    /// <summary>The number of lines without a terminal until they become rarer.</summary>
    private const int FrequentLines = 12;

    /// <summary>How much rarer they become.</summary>
    private const int RarerBy = 6;

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    private readonly Lock _gate = new();
    private readonly CliHost _host;
    private readonly RunProgress _progress;
    private readonly IRecordSink? _sink;
    private readonly RecentRate _rate;
    private readonly ITimer _timer;
    private readonly long _started;
    private TimeSpan _nextLine;
    private int _lines;

    private ProgressDisplay(CliHost host, RunProgress progress, IRecordSink? sink)
    {
        _host = host;
        _progress = progress;
        _sink = sink;
        _rate = new RecentRate(host.Time);
        _started = host.Time.GetTimestamp();
        _nextLine = host.ProgressInterval;
        _timer = host.Time.CreateTimer(static display => ((ProgressDisplay)display!).Show(), this, Tick, Tick);
    }

    /// <summary>Shows the progress until the display is disposed of.</summary>
    /// <param name="host">The standard error and the clock.</param>
    /// <param name="progress">The progress.</param>
    /// <param name="sink">The destination, whose requests are shown; <see langword="null"/> if nothing is written.</param>
    public static ProgressDisplay Start(CliHost host, RunProgress progress, IRecordSink? sink)
    {
        var display = new ProgressDisplay(host, progress, sink);
        display.Show();
        return display;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        _host.StatusLine?.Show("");
    }

    private void Show()
    {
        // If the terminal is slow, the ticks that it misses are left out.
        if (!_gate.TryEnter())
        {
            return;
        }

        try
        {
            RunCounts counts = _progress.Read();
            if (counts.FilesListed > 0)
            {
                _rate.Add(counts);
            }

            if (_host.StatusLine is { } status)
            {
                // A character in the last column would make some terminals begin another line.
                status.Show(Format(counts, _host.Error.Profile.Width - 1));
            }
            else if (_host.Time.GetElapsedTime(_started) >= _nextLine)
            {
                _lines++;
                _nextLine = _host.Time.GetElapsedTime(_started) + (_host.ProgressInterval * (_lines < FrequentLines ? 1 : RarerBy));
                _host.Error.MarkupLine(Markup.Escape(Format(counts, int.MaxValue)));
            }
        }
        finally
        {
            _gate.Exit();
        }
    }

    private string Format(RunCounts counts, int width) =>
        ProgressLine.Format(counts, _rate.RowsPerSecond, _rate.TimeLeft, _sink?.Activity, width);
}
