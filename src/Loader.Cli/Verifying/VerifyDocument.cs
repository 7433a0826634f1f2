using System.Text.Json.Serialization;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.DuckDb.Comparing;

namespace Loader.Cli.Verifying;

/// <summary>The JSON output of <c>verify</c>. The member names are a contract: scripts read them.</summary>
internal sealed record VerifyDocument : VerifyCountsDocument
{
    /// <summary>Gets the files, or <see langword="null"/> if they were written before the rest of the document.</summary>
    [JsonPropertyOrder(BeforeCounts)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<VerifyFileDocument>? Files { get; init; } = [];

    [JsonPropertyOrder(BeforeCounts)]
    public required string Status { get; init; }

    /// <summary>Gets the number of files that are not data, by reason; reasons without files are left out.</summary>
    public IReadOnlyDictionary<string, int> SkippedByReason { get; init; } = new Dictionary<string, int>();

    /// <summary>Gets the number of files that were not started.</summary>
    public long NotStarted { get; init; }

    /// <summary>Gets why there is nothing to verify, or <see langword="null"/>.</summary>
    public string? Error { get; init; }

    /// <summary>Creates the document of a run, without its files.</summary>
    public static VerifyDocument From(VerifySummary summary) => new()
    {
        Status = summary.Status.ToName(),
        Counts = summary.Total,
        SkippedByReason = summary.SkippedByReason.ByName,
        NotStarted = summary.NotStarted,
        Error = summary.FoundNothing ? summary.DescribeNothingFound() : null,
    };
}

/// <summary>Counts as JSON members, before the other members of a document.</summary>
internal abstract record VerifyCountsDocument
{
    protected const int BeforeCounts = CountOrder - 1;

    private const int CountOrder = -1;

    [JsonIgnore]
    public VerifyCounts Counts { get; init; }

    [JsonPropertyOrder(CountOrder)]
    public long Read => Counts.Read;

    [JsonPropertyOrder(CountOrder)]
    public long Stored => Counts.Compared.Stored;

    [JsonPropertyOrder(CountOrder)]
    public long Missing => Counts.Compared.Missing;

    [JsonPropertyOrder(CountOrder)]
    public long Different => Counts.Compared.Different;

    [JsonPropertyOrder(CountOrder)]
    public long Superseded => Counts.Compared.Superseded;

    [JsonPropertyOrder(CountOrder)]
    public long Duplicate => Counts.Compared.Duplicates;

    [JsonPropertyOrder(CountOrder)]
    public long Invalid => Counts.Invalid;

    [JsonPropertyOrder(CountOrder)]
    public long Filtered => Counts.Filtered;

    [JsonPropertyOrder(CountOrder)]
    public long Foreign => Counts.Compared.Foreign;

    [JsonPropertyOrder(CountOrder)]
    public long StoredByOlderVersion => Counts.Compared.StoredByOlderVersion;

    [JsonPropertyOrder(CountOrder)]
    public long TwoSources => Counts.Compared.TwoSources;
}

/// <summary>One file in a <see cref="VerifyDocument"/>.</summary>
internal sealed record VerifyFileDocument : VerifyCountsDocument
{
    [JsonPropertyOrder(BeforeCounts)]
    public required string File { get; init; }

    [JsonPropertyOrder(BeforeCounts)]
    public string? Dataset { get; init; }

    [JsonPropertyOrder(BeforeCounts)]
    public required string Status { get; init; }

    /// <summary>Gets the table, or <see langword="null"/> if it was not asked for.</summary>
    public string? Table { get; init; }

    /// <summary>Gets what does not exist, or <see langword="null"/>.</summary>
    public string? TableMissing { get; init; }

    /// <summary>Gets what could not be found out about the table, or <see langword="null"/>.</summary>
    public string? Note { get; init; }

    /// <summary>Gets a value indicating whether the versions of the stored records are known.</summary>
    public bool KnowsVersions { get; init; }

    public required IReadOnlyDictionary<string, long> InvalidByReason { get; init; }

    public required IReadOnlyDictionary<string, long> FilteredByReason { get; init; }

    /// <summary>Gets the number of series with rows that are looked for.</summary>
    public int SeriesCount { get; init; }

    /// <summary>Gets the series, those with most differences first.</summary>
    public required IReadOnlyList<VerifySeriesDocument> Series { get; init; }

    /// <summary>Gets examples of each kind of difference.</summary>
    public required IReadOnlyList<DifferenceDocument> Differences { get; init; }

    /// <summary>Gets how many missing rows were found when they were asked for again.</summary>
    public long FoundAfterWait { get; init; }

    /// <summary>Gets what the queries were expected to cost, or <see langword="null"/> if they have no price.</summary>
    public QueryCost? Estimate { get; init; }

    public long BytesRead { get; init; }

    public long ElapsedMs { get; init; }

    public string? Error { get; init; }

    /// <summary>Gets the simple name of the exception type. It is stable; messages are not.</summary>
    public string? ErrorType { get; init; }

    public static VerifyFileDocument From(FileVerification file) => new()
    {
        File = file.Name,
        Dataset = file.Dataset?.Name,
        Status = file.Status.ToName(),
        Counts = file.Counts,
        Table = file.Table?.Name,
        TableMissing = file.Table?.Missing,
        Note = file.Table?.Note,
        KnowsVersions = file.Table is { HasVersions: true },
        InvalidByReason = ByName(file.RowsByReason.Where(pair => !pair.Key.IsFiltered())),
        FilteredByReason = ByName(file.RowsByReason.Where(pair => pair.Key.IsFiltered())),
        SeriesCount = file.SeriesCount,
        Series = [.. file.Series.Select(VerifySeriesDocument.From)],
        Differences = [.. file.Differences.Select(DifferenceDocument.From)],
        FoundAfterWait = file.FoundAfterWait,
        Estimate = file.Estimate is { } estimate ? QueryCost.From(estimate) : null,
        BytesRead = file.BytesRead,
        ElapsedMs = (long)file.Elapsed.TotalMilliseconds,
        Error = file.Failure?.Message,
        ErrorType = file.Failure?.GetType().Name,
    };

    private static Dictionary<string, long> ByName(IEnumerable<KeyValuePair<RejectionReason, long>> counts) =>
        counts.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value);
}

/// <summary>One series in a <see cref="VerifyFileDocument"/>.</summary>
internal sealed record VerifySeriesDocument(
    IReadOnlyDictionary<string, string> Series, long Stored, long Missing, long Different, long Superseded, long Foreign)
{
    public static VerifySeriesDocument From(SeriesVerification series) => new(
        DimensionsOf(series.Series),
        series.Counts.Stored,
        series.Counts.Missing,
        series.Counts.Different,
        series.Counts.Superseded,
        series.Counts.Foreign);

    /// <summary>Returns the dimensions of a series by their names.</summary>
    public static IReadOnlyDictionary<string, string> DimensionsOf(Series series) =>
        series.Dimensions.ToDictionary(dimension => dimension.Name, dimension => dimension.Value);
}

/// <summary>One example of a difference.</summary>
internal sealed record DifferenceDocument(
    string Kind,
    IReadOnlyDictionary<string, string> Series,
    DateTimeOffset? Time,
    int? RowGroup,
    int? Row,
    string? Column,
    double? FileValue,
    long? FileVersion,
    double? StoredValue,
    long? StoredVersion,
    bool OtherUnit)
{
    public static DifferenceDocument From(RowDifference difference) => new(
        NameOf(difference.Found.Kind),
        VerifySeriesDocument.DimensionsOf(difference.Series),
        difference.Time,
        difference.Found.Row?.RowGroup,
        difference.SourceRow,
        difference.SourceColumn,
        difference.Found.Row?.Value,
        difference.Found.Row?.Version,
        difference.Found.StoredValue is { } value && double.IsFinite(value) ? value : null,
        difference.Found.StoredVersion,
        difference.Found.HasOtherUnit);

    /// <summary>Returns the name of a kind in JSON.</summary>
    public static string NameOf(DifferenceKind kind) => kind switch
    {
        DifferenceKind.Missing => "missing",
        DifferenceKind.Different => "different",
        DifferenceKind.Superseded => "superseded",
        DifferenceKind.Foreign => "foreign",
        _ => "two_sources",
    };
}

/// <summary>What queries are expected to cost. Part of the JSON output: its member names are a contract.</summary>
/// <param name="Queries">The number of queries.</param>
/// <param name="Bytes">The number of bytes that Timestream is expected to meter.</param>
/// <param name="PricePerGigabyte">The assumed price, in USD.</param>
internal sealed record QueryCost(long Queries, long Bytes, decimal PricePerGigabyte)
{
    /// <summary>The real price depends on region and date: https://aws.amazon.com/timestream/pricing/.</summary>
    private const decimal AssumedPricePerGigabyte = 0.01m;

    /// <summary>Gets the cost, in USD.</summary>
    public decimal Cost => Math.Round(Bytes / 1_000_000_000m * PricePerGigabyte, 6);

    public static QueryCost From(QueryEstimate estimate) => new(estimate.Queries, estimate.Bytes, AssumedPricePerGigabyte);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(VerifyDocument))]
[JsonSerializable(typeof(VerifyFileDocument))]
internal sealed partial class VerifyJson : JsonSerializerContext;
