using System.Text.Json.Serialization;
using Loader.Application.Results;
using Loader.Domain;
using Loader.DuckDb;

namespace Loader.Cli.Loading;

/// <summary>The JSON output of <c>load</c> and <c>validate</c>. The member names are a contract: scripts read them.</summary>
internal sealed record LoadDocument : LedgerDocument
{
    [JsonPropertyOrder(BeforeCounts)]
    public required string Status { get; init; }

    public long Batches { get; init; }

    /// <summary>Gets the files, or <see langword="null"/> if they were written before the rest of the document.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<FileDocument>? Files { get; init; } = [];

    /// <summary>Gets the number of files that an earlier run had loaded; they are not in <see cref="Files"/>.</summary>
    public int SkippedDone { get; init; }

    /// <summary>Gets the number of files that are not data, by reason; reasons without files are left out.</summary>
    public IReadOnlyDictionary<string, int> SkippedByReason { get; init; } = new Dictionary<string, int>();

    /// <summary>Gets the number of files that were not started.</summary>
    public int NotStarted { get; init; }

    /// <summary>Gets a value indicating whether nothing was written: <c>written</c> counts the rows that a load would write.</summary>
    public bool DryRun { get; init; }

    /// <summary>Gets why the command did not start, for example because of a wrong option.</summary>
    public string? Error { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TableDocument>? Tables { get; init; }

    /// <summary>Gets what was found in the series; left out if they were not judged.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public QualityDocument? Quality { get; init; }

    /// <summary>Gets what a load into Timestream would cost; left out if records are written, and for other destinations.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CostEstimate? Estimate { get; init; }

    /// <summary>Gets what a load into InfluxDB would take; left out if records are written, and for other destinations.</summary>
    [JsonPropertyName("estimate_influxdb")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public InfluxDbDocument? InfluxDb { get; init; }

    /// <summary>Creates the document of a command that did not start.</summary>
    public static LoadDocument FromError(string error) => new() { Status = "failed", Error = error };

    /// <summary>Creates the document of a run, without its files.</summary>
    public static LoadDocument From(LoadSummary summary, LoadSettings settings)
    {
        WriteEffort effort = summary.Effort;
        return new LoadDocument
        {
            Status = summary.Status.ToName(),
            Ledger = summary.Total,
            Batches = effort.Requests,
            SkippedDone = summary.Skipped,
            SkippedByReason = summary.SkippedByReason.ByName,
            NotStarted = summary.NotStarted,
            Error = summary.FoundNothing ? summary.DescribeNothingFound() : null,
            Tables = settings.Sink == SinkKind.DuckDb && !settings.IsDryRun ? [.. summary.Tables.Select(TableDocument.From)] : null,
            DryRun = settings.IsDryRun,
            Quality = summary.Quality is { } quality ? QualityDocument.Create(quality) : null,
            Estimate = settings.IsDryRun && settings.Sink == SinkKind.Timestream
                ? CostEstimate.From(effort, settings.PricePerMillionWrites)
                : null,
            InfluxDb = summary.InfluxDb is { } estimate ? InfluxDbDocument.From(estimate) : null,
        };
    }
}

/// <summary>The counts of a ledger as JSON members, before the other members of a document.</summary>
internal abstract record LedgerDocument
{
    protected const int BeforeCounts = Counts - 1;

    private const int Counts = -1;

    [JsonIgnore]
    public Ledger Ledger { get; init; }

    [JsonPropertyOrder(Counts)]
    public long Read => Ledger.Read;

    [JsonPropertyOrder(Counts)]
    public long Written => Ledger.Written;

    [JsonPropertyOrder(Counts)]
    public long Superseded => Ledger.Superseded;

    [JsonPropertyOrder(Counts)]
    public long Duplicate => Ledger.Duplicate;

    [JsonPropertyOrder(Counts)]
    public long Invalid => Ledger.Invalid;

    [JsonPropertyOrder(Counts)]
    public long Rejected => Ledger.Rejected;

    [JsonPropertyOrder(Counts)]
    public long Unsettled => Ledger.Unsettled;

    [JsonPropertyOrder(Counts)]
    public long Filtered => Ledger.Filtered;
}

/// <summary>One file in a <see cref="LoadDocument"/>.</summary>
internal sealed record FileDocument : LedgerDocument
{
    [JsonPropertyOrder(BeforeCounts)]
    public required string File { get; init; }

    [JsonPropertyOrder(BeforeCounts)]
    public string? Dataset { get; init; }

    [JsonPropertyOrder(BeforeCounts)]
    public required string Status { get; init; }

    public long Batches { get; init; }

    public long BytesRead { get; init; }

    public long ElapsedMs { get; init; }

    public string? RejectedRows { get; init; }

    public string? Error { get; init; }

    /// <summary>Gets the simple name of the exception type. It is stable; messages are not.</summary>
    public string? ErrorType { get; init; }

    /// <summary>Gets the number of invalid rows by reason.</summary>
    public required IReadOnlyDictionary<string, long> InvalidByReason { get; init; }

    /// <summary>Gets the number of filtered rows by reason.</summary>
    public required IReadOnlyDictionary<string, long> FilteredByReason { get; init; }

    /// <inheritdoc cref="LoadReport.ConflictingDuplicates"/>
    public long ConflictingDuplicates { get; init; }

    /// <summary>Gets the name of the mapping that the file was read with, or <see langword="null"/>.</summary>
    public string? Mapping { get; init; }

    /// <inheritdoc cref="AppliedMapping.Sha256"/>
    public string? MappingSha256 { get; init; }

    /// <inheritdoc cref="LoadReport.AmbiguousTimes"/>
    public long AmbiguousTimes { get; init; }

    /// <summary>Gets the row group to resume at, if the load was stopped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ResumeRowGroup { get; init; }

    public static FileDocument From(FileResult result) => new()
    {
        File = result.Name,
        Dataset = result.Dataset?.Name,
        Status = result.Status.ToName(),
        Ledger = result.Ledger,
        Batches = result.Report?.Effort.Requests ?? 0,
        BytesRead = result.Report?.BytesRead ?? 0,
        ElapsedMs = (long)(result.Report?.Elapsed ?? TimeSpan.Zero).TotalMilliseconds,
        RejectedRows = result.Report?.RejectedRowsLocation,
        Error = result.Failure?.Message,
        ErrorType = result.Failure?.GetType().Name,
        InvalidByReason = result.Report?.InvalidByReason.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value) ?? [],
        FilteredByReason = result.Report?.FilteredByReason.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value) ?? [],
        ConflictingDuplicates = result.Report?.ConflictingDuplicates ?? 0,
        Mapping = result.Report?.Mapping?.Name,
        MappingSha256 = result.Report?.Mapping?.Sha256,
        AmbiguousTimes = result.Report?.AmbiguousTimes ?? 0,
        ResumeRowGroup = result.Report?.Resume?.RowGroup,
    };
}

/// <summary>One DuckDB table in a <see cref="LoadDocument"/>.</summary>
internal sealed record TableDocument(
    string Table,
    long Inserted,
    long Updated,
    long Unchanged,
    long Rows,
    long Series,
    DateTimeOffset? Earliest,
    DateTimeOffset? Latest,
    IReadOnlyList<string> Regions)
{
    public static TableDocument From(TableSummary table) => new(
        table.Dataset.Name,
        table.Changes.Inserted,
        table.Changes.Updated,
        table.Changes.Unchanged,
        table.RowCount,
        table.SeriesCount,
        table.Earliest,
        table.Latest,
        table.Regions);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(LoadDocument))]
[JsonSerializable(typeof(FileDocument))]
internal sealed partial class LoadJson : JsonSerializerContext;
