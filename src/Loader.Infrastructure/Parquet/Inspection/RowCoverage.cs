using Loader.Domain;
using Loader.Infrastructure.Parquet.Columns;

namespace Loader.Infrastructure.Parquet.Inspection;

/// <summary>Gathers what the rows of a file cover, batch by batch.</summary>
internal sealed class RowCoverage
{
    private const long NanosecondsPerSecond = 1_000_000_000;

    private Int128? _earliest;
    private Int128? _latest;
    private long _withoutTime;
    private long _withoutValue;
    private int _series;

    /// <summary>Adds the rows of a batch.</summary>
    /// <param name="batch">The batch.</param>
    public void Add(MeasurementBatch batch)
    {
        long earliest = long.MaxValue;
        long latest = MeasurementBatch.MissingTime;
        foreach (long time in batch.Times)
        {
            if (time == MeasurementBatch.MissingTime)
            {
                _withoutTime++;
            }
            else
            {
                earliest = Math.Min(earliest, time);
                latest = Math.Max(latest, time);
            }
        }

        foreach (double value in batch.Values)
        {
            _withoutValue += double.IsFinite(value) ? 0 : 1;
        }

        if (latest != MeasurementBatch.MissingTime)
        {
            Int128 factor = NanosecondsPerSecond / batch.TimeUnit.PerSecond();
            _earliest = _earliest is { } known ? Int128.Min(known, earliest * factor) : earliest * factor;
            _latest = _latest is { } last ? Int128.Max(last, latest * factor) : latest * factor;
        }

        _series = batch.Series.Length;
    }

    /// <summary>Writes what was gathered into an inspection.</summary>
    /// <param name="inspection">The inspection.</param>
    /// <returns>A copy with what the rows cover.</returns>
    public FileInspection AddTo(FileInspection inspection) => inspection with
    {
        Earliest = Describe(_earliest),
        Latest = Describe(_latest),
        RowsWithoutTime = _withoutTime,
        RowsWithoutValue = _withoutValue,
        DistinctSeries = _series,
    };

    private static string? Describe(Int128? nanoseconds)
    {
        if (nanoseconds is not { } total)
        {
            return null;
        }

        Int128 seconds = total / NanosecondsPerSecond;
        Int128 below = total % NanosecondsPerSecond;
        return below < 0
            ? IsoTime.Format((long)(seconds - 1), (int)(below + NanosecondsPerSecond), "Z")
            : IsoTime.Format((long)seconds, (int)below, "Z");
    }
}
