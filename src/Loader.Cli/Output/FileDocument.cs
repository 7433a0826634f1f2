using System.Text.Json.Serialization;
using Loader.Application.Results;
using Loader.Cli.Loading;

namespace Loader.Cli.Output;

/// <summary>One file in the JSON document of a run. Names are a contract: scripts read them.</summary>
internal sealed record FileDocument
{
    public required string File { get; init; }

    public string? Dataset { get; init; }

    public required string Status { get; init; }

    public long Read { get; init; }

    public long Written { get; init; }

    public long Superseded { get; init; }

    public long Duplicate { get; init; }

    public long Invalid { get; init; }

    public long Rejected { get; init; }

    public long Unsettled { get; init; }

    public long Batches { get; init; }

    public long BytesRead { get; init; }

    public long ElapsedMs { get; init; }

    public string? RejectedRows { get; init; }

    public string? Error { get; init; }

    /// <summary>Gets the simple name of the failure's type, which is stable, where messages are not.</summary>
    public string? ErrorType { get; init; }

    /// <summary>Gets the invalid rows by reason.</summary>
    public required IReadOnlyDictionary<string, long> InvalidByReason { get; init; }

    /// <summary>Gets the row group to go on with, where the load was stopped.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? ResumeRowGroup { get; init; }

    public static FileDocument Of(FileResult result) => new()
    {
        File = result.Name,
        Dataset = result.Dataset?.Name,
        Status = StatusOf(result.Status),
        Read = result.Ledger.Read,
        Written = result.Ledger.Written,
        Superseded = result.Ledger.Superseded,
        Duplicate = result.Ledger.Duplicate,
        Invalid = result.Ledger.Invalid,
        Rejected = result.Ledger.Rejected,
        Unsettled = result.Ledger.Unsettled,
        Batches = result.Report?.Effort.Requests ?? 0,
        BytesRead = result.Report?.BytesRead ?? 0,
        ElapsedMs = (long)(result.Report?.Elapsed ?? TimeSpan.Zero).TotalMilliseconds,
        RejectedRows = result.Report?.RejectedRowsLocation,
        Error = result.Failure?.Message,
        ErrorType = result.Failure?.GetType().Name,
        InvalidByReason = result.Report?.InvalidByReason.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value) ?? [],
        ResumeRowGroup = result.Report?.Resume?.RowGroup,
    };

    internal static string StatusOf(LoadStatus status) => status switch
    {
        LoadStatus.Succeeded => "succeeded",
        LoadStatus.Incomplete => "incomplete",
        _ => "failed",
    };
}
