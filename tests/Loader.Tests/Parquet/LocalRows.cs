using ParquetSharp;

namespace Loader.Tests.Parquet;

/// <summary>A file of rows whose instants are known, and whose times are written as local times of a zone.</summary>
internal sealed record LocalRows(string Zone, IReadOnlyList<(string Series, DateTimeOffset Instant)> Rows)
{
    /// <summary>How a time is written.</summary>
    public enum Form
    {
        Milliseconds,
        Microseconds,
        Nanoseconds,
        Int96,
        Text,
        Instant,
        Date,
    }

    public Form Times { get; init; } = Form.Milliseconds;

    public int RowsPerGroup { get; init; } = int.MaxValue;

    public bool HasStatistics { get; init; } = true;

    public bool UsesDictionary { get; init; } = true;

    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Creates one row of each series for each instant, interleaved, from the earliest to the latest instant.</summary>
    public static LocalRows Every(string zone, string firstUtc, int count, TimeSpan step, params string[] series)
    {
        DateTimeOffset first = DateTimeOffset.Parse(firstUtc, System.Globalization.CultureInfo.InvariantCulture);
        return new LocalRows(zone, [.. Enumerable.Range(0, count).SelectMany(i => series.Select(s => (s, first + (i * step))))]);
    }

    public LocalRows Descending() => this with { Rows = [.. Rows.Reverse()] };

    public LocalRows Where(Func<DateTimeOffset, bool> isKept) => this with { Rows = [.. Rows.Where(row => isKept(row.Instant))] };

    public string Write(string path) => new ArrowFile(
        [
            TimeColumn(),
            ArrowColumn.Of<double>("value", PhysicalType.Double, LogicalType.None(), [.. Rows.Select((_, i) => (double?)i)], isRequired: true),
            ArrowColumn.OfText("region", [.. Rows.Select(row => row.Series)], isRequired: true),
            .. new[] { "unit", "consumer_type", "measurement_type" }.Select(n => ArrowColumn.OfText(n, [.. Rows.Select(_ => "x")], isRequired: true)),
        ],
        Rows.Count)
    { RowsPerGroup = RowsPerGroup, HasStatistics = HasStatistics, UsesDictionary = UsesDictionary, Metadata = Metadata }.Write(path);

    public string LocalText(DateTimeOffset instant) =>
        Local(instant).ToString("yyyy-MM-dd HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);

    private DateTime Local(DateTimeOffset instant) => TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById(Zone)).DateTime;

    private ArrowColumn TimeColumn()
    {
        long[] ticks = [.. Rows.Select(row => (Times == Form.Instant ? row.Instant.UtcDateTime : Local(row.Instant)).Ticks - DateTime.UnixEpoch.Ticks)];
        return Times switch
        {
            Form.Text => ArrowColumn.OfText("timestamp", [.. Rows.Select(row => LocalText(row.Instant))], isRequired: true),
            Form.Int96 => ArrowColumn.Of<Int96>("timestamp", PhysicalType.Int96, LogicalType.None(), [.. ticks.Select(Int96Of)], isRequired: true),
            Form.Date => ArrowColumn.Of<int>(
                "timestamp", PhysicalType.Int32, LogicalType.Date(), [.. ticks.Select(t => (int?)(t / TimeSpan.TicksPerDay))], isRequired: true),
            Form.Microseconds => Counts(TimeUnit.Micros, [.. ticks.Select(t => (long?)(t / 10))]),
            Form.Nanoseconds => Counts(TimeUnit.Nanos, [.. ticks.Select(t => (long?)(t * 100))]),
            _ => Counts(TimeUnit.Millis, [.. ticks.Select(t => (long?)(t / TimeSpan.TicksPerMillisecond))]),
        };
    }

    private ArrowColumn Counts(TimeUnit unit, long?[] counts) => ArrowColumn.Of<long>(
        "timestamp", PhysicalType.Int64, LogicalType.Timestamp(isAdjustedToUtc: Times == Form.Instant, unit), counts, isRequired: true);

    private static Int96? Int96Of(long ticks)
    {
        (long days, long rest) = Math.DivRem(ticks, TimeSpan.TicksPerDay);
        long nanoseconds = rest * 100;
        return new Int96(unchecked((int)nanoseconds), (int)(nanoseconds >> 32), 2_440_588 + (int)days);
    }
}
