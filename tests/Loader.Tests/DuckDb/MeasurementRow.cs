using Loader.Domain;

namespace Loader.Tests.DuckDb;

/// <summary>One row of a test batch.</summary>
internal sealed record MeasurementRow(
    long Time, double Value, string Region = "SE", string Subject = "hydro", string? QualityFlag = null, string Unit = "MW", long? Version = null)
{
    public const string MeasurementType = "power";

    public SeriesKey Key => new(Region, Subject, MeasurementType, QualityFlag, Unit);

    /// <summary>Creates a validated batch.</summary>
    public static MeasurementBatch Batch(
        long version, IReadOnlyList<MeasurementRow> rows, int rowGroup = 0, TimeUnit unit = TimeUnit.Milliseconds, DatasetType? dataset = null)
    {
        var catalog = new SeriesCatalog(dataset ?? DatasetType.Generation);
        int[] ids = [.. rows.Select(row => catalog.Intern(row.Key))];
        using var builder = new MeasurementBatchBuilder(catalog, rowGroup, firstRow: 0, rows.Count, unit, version);
        for (int row = 0; row < rows.Count; row++)
        {
            builder.Times[row] = rows[row].Time;
            builder.Values[row] = rows[row].Value;
            builder.SeriesIds[row] = ids[row];
            if (rows[row].Version is { } own)
            {
                builder.Versions[row] = own;
            }
        }

        MeasurementBatch batch = builder.Build();
        MeasurementRules.Validate(batch, DestinationLimits.None);
        return batch;
    }
}
