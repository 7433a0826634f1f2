using System.Text.Json.Serialization;
using Loader.Application.Results;

namespace Loader.Lambda.Responses;

/// <summary>
/// The counts of one load, or the sums of several loads. The property names are a contract with the callers of the functions.
/// </summary>
public record LoadCounts
{
    /// <summary>Gets the number of records that the destination accepted; equal to <see cref="Written"/>.</summary>
    [JsonPropertyOrder(-20)]
    public long RecordsProcessed { get; init; }

    /// <summary>Gets the number of requests that the destination accepted.</summary>
    [JsonPropertyOrder(-19)]
    public long BatchesProcessed { get; init; }

    /// <summary>Gets the name of the dataset; several names are separated by commas. <c>unknown</c> if no dataset is known.</summary>
    [JsonPropertyOrder(-18)]
    public string DatasetType { get; init; } = "unknown";

    /// <summary>Gets the object, or <see langword="null"/> for a sum.</summary>
    [JsonPropertyOrder(-17)]
    public string? File { get; init; }

    /// <summary>Gets the number of rows read: the sum of the seven counts that follow.</summary>
    public long Read { get; init; }

    /// <inheritdoc cref="Ledger.Written"/>
    public long Written { get; init; }

    /// <inheritdoc cref="Ledger.Superseded"/>
    public long Superseded { get; init; }

    /// <inheritdoc cref="Ledger.Duplicate"/>
    public long Duplicate { get; init; }

    /// <inheritdoc cref="Ledger.Invalid"/>
    public long Invalid { get; init; }

    /// <inheritdoc cref="Ledger.Rejected"/>
    public long Rejected { get; init; }

    /// <inheritdoc cref="Ledger.Unsettled"/>
    public long Unsettled { get; init; }

    /// <inheritdoc cref="Ledger.Filtered"/>
    public long Filtered { get; init; }

    /// <summary>
    /// Gets the number of duplicates whose value is not that of the stored row, or <see langword="null"/> if there are none.
    /// </summary>
    public long? ConflictingDuplicates { get; init; }

    /// <summary>
    /// Gets the name of the mapping that the object was read with, or <see langword="null"/> if there was none, and for a sum.
    /// </summary>
    public string? Mapping { get; init; }

    /// <summary>Gets the SHA-256 of the mapping, or <see langword="null"/> like <see cref="Mapping"/>.</summary>
    [JsonPropertyName("mapping_sha256")]
    public string? MappingSha256 { get; init; }

    /// <summary>
    /// Gets the number of local times that occur twice in the source's zone but once in the file, or <see langword="null"/> if there are
    /// none. They were read as the earlier instant.
    /// </summary>
    public long? AmbiguousTimes { get; init; }

    /// <summary>Gets the location of the kept invalid and rejected rows, or <see langword="null"/> if there are none.</summary>
    public string? RejectedRows { get; init; }

    /// <summary>Gets the object version of the records, or <see langword="null"/> for a sum.</summary>
    public long? Version { get; init; }

    /// <summary>
    /// Gets <see langword="true"/> if an object was replaced after its event, so that the current object was loaded; otherwise
    /// <see langword="null"/>.
    /// </summary>
    public bool? ReplacedSinceEvent { get; init; }

    /// <summary>Gets the number of bytes read from the source.</summary>
    public long BytesRead { get; init; }

    /// <summary>Gets the number of throttled requests.</summary>
    public long Throttles { get; init; }

    /// <summary>Gets the number of requests that were retried for any other reason.</summary>
    public long Retries { get; init; }

    /// <summary>Gets the duration of the load in milliseconds; for a sum, the total of all loads.</summary>
    public long ElapsedMs { get; init; }

    internal static LoadCounts From(LoadReport report) => new()
    {
        RecordsProcessed = report.Ledger.Written,
        BatchesProcessed = report.Effort.Requests,
        DatasetType = report.Dataset?.Name ?? "unknown",
        File = report.File.ToString(),
        Read = report.Ledger.Read,
        Written = report.Ledger.Written,
        Superseded = report.Ledger.Superseded,
        Duplicate = report.Ledger.Duplicate,
        Invalid = report.Ledger.Invalid,
        Rejected = report.Ledger.Rejected,
        Unsettled = report.Ledger.Unsettled,
        Filtered = report.Ledger.Filtered,
        ConflictingDuplicates = report.ConflictingDuplicates > 0 ? report.ConflictingDuplicates : null,
        Mapping = report.Mapping?.Name,
        MappingSha256 = report.Mapping?.Sha256,
        AmbiguousTimes = report.AmbiguousTimes > 0 ? report.AmbiguousTimes : null,
        RejectedRows = report.RejectedRowsLocation,
        Version = report.Version?.Value,
        ReplacedSinceEvent = report.ReplacedSinceEvent ? true : null,
        BytesRead = report.BytesRead,
        Throttles = report.Effort.Throttles,
        Retries = report.Effort.Retries,
        ElapsedMs = (long)report.Elapsed.TotalMilliseconds,
    };
}
