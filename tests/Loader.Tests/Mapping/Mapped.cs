using System.Text;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet;
using Loader.Tests.Parquet;

namespace Loader.Tests.Mapping;

/// <summary>Reads whole files with a mapping.</summary>
internal static class Mapped
{
    public static SourceMappings Parse(string json) => SourceMappings.Parse(Encoding.UTF8.GetBytes(json), "mapping.json");

    /// <summary>Opens a file with the mapping that fits it.</summary>
    public static async Task<IParquetFile> OpenAsync(string path, SourceMappings mappings, string timeZone = "UTC")
    {
        var source = new ParquetSource(new SourceOptions { Mappings = mappings, TimeZone = timeZone }, Reading.NoS3);
        SourceFile file = SourceFile.OnDisk(path);
        DatasetType? dataset = await source.FindDatasetAsync(file, CancellationToken.None);
        return await source.OpenAsync(file, dataset ?? DatasetType.Generation, CancellationToken.None);
    }

    /// <summary>Reads all rows, validated.</summary>
    public static async Task<List<Cell>> ReadAsync(string path, SourceMappings mappings, string timeZone = "UTC", int fromRowGroup = 0)
    {
        await using IParquetFile file = await OpenAsync(path, mappings, timeZone);
        var cells = new List<Cell>();
        await foreach (MeasurementBatch batch in file.ReadAsync(fromRowGroup, Reading.Version, CancellationToken.None))
        {
            using (batch)
            {
                MeasurementRules.Validate(batch, DestinationLimits.None);
                for (int row = 0; row < batch.Count; row++)
                {
                    bool hasSeries = !batch.Verdicts[row].IsFiltered();
                    DateTimeOffset? time = batch.Times[row] == MeasurementBatch.MissingTime ? null : batch.TimeUnit.ToInstant(batch.Times[row]);
                    cells.Add(new Cell(
                        batch.SourceRowOf(row),
                        batch.SourceColumnOf(row),
                        time,
                        batch.Values[row],
                        hasSeries ? batch.SeriesById[batch.SeriesIds[row]].Key : default,
                        batch.Verdicts[row],
                        hasSeries ? batch.DetailOf(row) : null,
                        batch.OriginalTimeOf(row)));
                }
            }
        }

        return cells;
    }

    /// <summary>Reads the rows that a load stores, as texts to compare.</summary>
    public static async Task<List<string>> StoredAsync(string path, string json, string timeZone = "UTC") =>
        [.. (await ReadAsync(path, Parse(json), timeZone)).Where(cell => cell.Verdict == RejectionReason.None).Select(cell => cell.ToString())];
}

/// <summary>A row as it was read, or a cell of a column that became rows.</summary>
internal sealed record Cell(
    int Row,
    string? Column,
    DateTimeOffset? Time,
    double Value,
    SeriesKey Key,
    RejectionReason Verdict,
    string? Detail,
    string? OriginalTime)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Time:yyyy-MM-ddTHH:mm:ssZ} {Key.Region} {Key.Subject} {Key.MeasurementType} {Key.QualityFlag ?? "-"} {Value:R} {Key.Unit}");
}
