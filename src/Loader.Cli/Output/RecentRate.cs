using Loader.Cli.Loading;

namespace Loader.Cli.Output;

/// <summary>Measures how fast a run goes now: since about 15 s ago, or longer ago if less than four steps were made since then.</summary>
/// <remarks>Rows have their outcome by whole row groups, so the rate over a shorter time would jump.</remarks>
/// <param name="time">The clock.</param>
internal sealed class RecentRate(TimeProvider time)
{
    private const int MinSteps = 4;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(15);

    /// <summary>A rate over less time says little.</summary>
    private static readonly TimeSpan MinTime = TimeSpan.FromSeconds(1);

    private readonly Queue<Sample> _samples = new();
    private Sample _last;

    /// <summary>Gets the rows a second, or <see langword="null"/> if they are not known yet.</summary>
    public double? RowsPerSecond { get; private set; }

    /// <summary>
    /// Gets the time that the remaining work takes at this rate, in whole seconds, or <see langword="null"/> if it is not known.
    /// </summary>
    public TimeSpan? TimeLeft { get; private set; }

    /// <summary>Adds what the run has done until now. Files must have been listed.</summary>
    public void Add(RunCounts counts)
    {
        long now = time.GetTimestamp();
        if (_samples.Count == 0 || counts.Rows != _last.Rows || counts.WorkDone > _last.Work)
        {
            _last = new Sample(now, counts.Rows, counts.WorkDone);
            _samples.Enqueue(_last);
        }

        while (_samples.Count > MinSteps + 1 && time.GetElapsedTime(_samples.Peek().Time, now) > Window)
        {
            _samples.Dequeue();
        }

        // The time since the last step belongs to the next one, unless that is late.
        Sample first = _samples.Peek();
        TimeSpan stepping = time.GetElapsedTime(first.Time, _last.Time);
        TimeSpan late = time.GetElapsedTime(_last.Time, now) - (stepping / Math.Max(_samples.Count - 1, 1));
        TimeSpan elapsed = late > TimeSpan.Zero ? stepping + late : stepping;
        if (elapsed < MinTime)
        {
            return;
        }

        RowsPerSecond = counts.Rows > first.Rows ? (counts.Rows - first.Rows) / elapsed.TotalSeconds : null;
        double workPerSecond = (counts.WorkDone - first.Work) / elapsed.TotalSeconds;
        TimeLeft = _samples.Count > MinSteps && workPerSecond > 0 && counts.WorkLeft / workPerSecond is { } seconds
            && seconds < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(Math.Round(Math.Max(seconds, 0)))
            : null;
    }

    private readonly record struct Sample(long Time, long Rows, double Work);
}
