using Loader.Application.Ports;
using Loader.Domain;

namespace Loader.Tests.Support;

/// <summary>Builders that show only what matters to a test.</summary>
internal static class Some
{
    public static readonly DateTimeOffset Instant = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly long Time = Instant.ToUnixTimeMilliseconds();

    public static SeriesKey Key(
        string? region = "SE", string? subject = "hydro", string? measurementType = "power", string? qualityFlag = "good", string? unit = "MW") =>
        new(region, subject, measurementType, qualityFlag, unit);

    /// <summary>Creates a batch of rows (time, value, series). A missing value is NaN, a missing time <see cref="MeasurementBatch.MissingTime"/>.</summary>
    public static MeasurementBatch Batch(
        IReadOnlyList<(long Time, double Value, SeriesKey Key)> rows,
        SeriesCatalog? catalog = null,
        int rowGroup = 0,
        TimeUnit unit = TimeUnit.Milliseconds,
        long? version = null,
        IReadOnlyList<long>? versions = null)
    {
        catalog ??= new SeriesCatalog(DatasetType.Generation);
        using var builder = new MeasurementBatchBuilder(
            catalog, rowGroup, firstRow: 0, rows.Count, unit, version ?? new ObjectVersion(1_000).ForRowGroup(rowGroup));
        for (int row = 0; row < rows.Count; row++)
        {
            builder.Times[row] = rows[row].Time;
            builder.Values[row] = rows[row].Value;
            builder.SeriesIds[row] = catalog.Intern(rows[row].Key);
            if (versions is not null)
            {
                builder.Versions[row] = versions[row];
            }
        }

        return builder.Build();
    }

    /// <summary>Creates a batch of valid rows of one series, one hour apart.</summary>
    public static MeasurementBatch GoodBatch(int count = 3, int rowGroup = 0, SeriesCatalog? catalog = null) =>
        Batch([.. Enumerable.Range(0, count).Select(i => (Time + (i * 3_600_000L), 1.5 + i, Key()))], catalog, rowGroup);

    /// <summary>Rows of a file with one row group that a scripted destination did not store.</summary>
    public static RejectedRowOrigin Origin(SourceFile source) =>
        new(source, "etag", 1, new Destination("scripted", "scripted", "1", DestinationLimits.None));
}
