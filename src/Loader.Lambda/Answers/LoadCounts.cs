using System.Text.Json.Serialization;
using Loader.Application.Results;

namespace Loader.Lambda.Answers;

/// <summary>The counts of one load, or the sums of several. The property names are a contract with whoever calls the functions.</summary>
public record LoadCounts
{
    /// <summary>Gets the records that the destination accepted; the same as <c>written</c>.</summary>
    [JsonPropertyOrder(-20)]
    public long RecordsProcessed { get; init; }

    /// <summary>Gets the requests that the destination accepted.</summary>
    [JsonPropertyOrder(-19)]
    public long BatchesProcessed { get; init; }

    /// <summary>Gets the dataset; several are joined by a comma, and <c>unknown</c> stands for none.</summary>
    [JsonPropertyOrder(-18)]
    public string DatasetType { get; init; } = "unknown";

    /// <summary>Gets the object, or <see langword="null"/> for a sum.</summary>
    [JsonPropertyOrder(-17)]
    public string? File { get; init; }

    /// <summary>Gets the rows read. They are the sum of the six counts that follow.</summary>
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

    /// <summary>Gets where invalid and rejected rows are kept, or <see langword="null"/> where there are none.</summary>
    public string? RejectedRows { get; init; }

    /// <summary>Gets the object version that records were written with, or <see langword="null"/> for a sum.</summary>
    public long? Version { get; init; }

    /// <summary>Gets the bytes read from the source.</summary>
    public long BytesRead { get; init; }

    /// <summary>Gets the requests that were throttled.</summary>
    public long Throttles { get; init; }

    /// <summary>Gets the requests that were sent again for another reason.</summary>
    public long Retries { get; init; }

    /// <summary>Gets how long the load took, in milliseconds.</summary>
    public long ElapsedMs { get; init; }

    internal static LoadCounts Of(LoadReport report) => new()
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
        RejectedRows = report.RejectedRowsLocation,
        Version = report.Version?.Value,
        BytesRead = report.BytesRead,
        Throttles = report.Effort.Throttles,
        Retries = report.Effort.Retries,
        ElapsedMs = (long)report.Elapsed.TotalMilliseconds,
    };
}
