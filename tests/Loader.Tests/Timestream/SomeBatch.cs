using Loader.Domain;

namespace Loader.Tests.Timestream;

/// <summary>Builds batches row by row. Everything that a test does not set has a valid default.</summary>
internal sealed class SomeBatch
{
    public const long Noon = 1_704_110_400_000;
    public const long DefaultVersion = 1_704_067_200_000L << ObjectVersion.RowGroupBits;

    private readonly List<(SeriesKey Key, long Time, double Value, long Version)> _rows = [];
    private readonly SeriesCatalog _catalog;

    public SomeBatch(DatasetType? dataset = null, SeriesCatalog? catalog = null)
    {
        _catalog = catalog ?? new SeriesCatalog(dataset ?? DatasetType.Generation);
    }

    public int RowGroup { get; init; }

    public TimeUnit TimeUnit { get; init; }

    public long Version { get; init; } = DefaultVersion;

    public bool HasVersions { get; init; }

    public SomeBatch Row(
        string region = "SE", string subject = "hydro", string measurementType = "power", string? quality = "good",
        long time = Noon, double value = 1, long version = DefaultVersion) =>
        Row(new SeriesKey(region, subject, measurementType, quality, "MW"), time, value, version);

    public SomeBatch Row(SeriesKey key, long time, double value, long version = DefaultVersion)
    {
        _rows.Add((key, time, value, version));
        return this;
    }

    public SomeBatch Rows(int count, string region = "SE", string subject = "hydro", string? quality = "good", long from = Noon)
    {
        for (int i = 0; i < count; i++)
        {
            Row(region, subject, quality: quality, time: from + (i * 3_600_000L), value: i);
        }

        return this;
    }

    /// <summary>Builds the batch and validates it, so that invalid rows have their verdicts.</summary>
    public MeasurementBatch Build()
    {
        using var builder = new MeasurementBatchBuilder(_catalog, RowGroup, 0, _rows.Count, TimeUnit, Version);
        for (int i = 0; i < _rows.Count; i++)
        {
            builder.SeriesIds[i] = _catalog.Intern(_rows[i].Key);
            builder.Times[i] = _rows[i].Time;
            builder.Values[i] = _rows[i].Value;
            if (HasVersions)
            {
                builder.Versions[i] = _rows[i].Version;
            }
        }

        MeasurementBatch batch = builder.Build();
        MeasurementRules.Validate(batch, DestinationLimits.None);
        return batch;
    }
}
