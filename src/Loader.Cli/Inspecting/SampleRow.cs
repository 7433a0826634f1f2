using Loader.Domain;

namespace Loader.Cli.Inspecting;

/// <summary>What a load makes of a row of the file, or of a cell of a wide file. Also a member of the JSON output.</summary>
internal sealed record SampleRow
{
    /// <summary>Gets the index of the row in its row group, from 0.</summary>
    public required int Row { get; init; }

    /// <summary>Gets the column of the cell in a wide file.</summary>
    public string? Column { get; init; }

    /// <summary>Gets the time, or <see langword="null"/> if it is missing or cannot be read.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Gets the fields by the names of the dataset's columns; none if the row is filtered.</summary>
    public required IReadOnlyDictionary<string, string?> Fields { get; init; }

    /// <summary>Gets the value, or <see langword="null"/> if it is no finite number.</summary>
    public double? Value { get; init; }

    /// <summary>Gets why the row is not stored, or <see langword="null"/>.</summary>
    public string? Reason { get; init; }

    /// <summary>Gets a value indicating whether the row is left out on purpose.</summary>
    public bool IsFiltered { get; init; }

    /// <summary>Gets what a message says beside <see cref="Reason"/>.</summary>
    public string? Detail { get; init; }

    /// <summary>Takes a row of a batch, which has its verdict.</summary>
    public static SampleRow From(MeasurementBatch batch, int row)
    {
        RejectionReason verdict = batch.Verdicts[row];
        SeriesKey? key = verdict.IsFiltered() ? null : batch.SeriesById[batch.SeriesIds[row]].Key;
        string? detail = key is null ? null : batch.OriginalTimeOf(row) ?? batch.DetailOf(row);
        return new SampleRow
        {
            Row = batch.SourceRowOf(row),
            Column = batch.SourceColumnOf(row),
            Time = batch.Times[row] == MeasurementBatch.MissingTime ? null : batch.TimeUnit.ToInstant(batch.Times[row]),
            Fields = key is not { } known ? new Dictionary<string, string?>() : new Dictionary<string, string?>
            {
                [ColumnNames.Region] = Text(known.Region),
                [batch.Dataset.SubjectColumn] = Text(known.Subject),
                [ColumnNames.MeasurementType] = Text(known.MeasurementType),
                [ColumnNames.QualityFlag] = Text(known.QualityFlag),
                [ColumnNames.Unit] = Text(known.Unit),
            },
            Value = double.IsFinite(batch.Values[row]) ? batch.Values[row] : null,
            Reason = verdict == RejectionReason.None ? null : verdict.ToString(),
            IsFiltered = verdict.IsFiltered(),
            Detail = detail is null ? null : PlainText.Escape(detail),
        };
    }

    private static string? Text(string? text) =>
        text is null ? null : string.Equals(text, Series.InvalidText, StringComparison.Ordinal) ? "(not UTF-8)" : PlainText.Escape(text);
}
