using System.Text.Json.Serialization;
using Loader.Application.Results;
using Loader.Cli.Loading;

namespace Loader.Cli.Output;

/// <summary>The JSON document of a run. Names are a contract: scripts read them.</summary>
internal sealed record RunDocument
{
    public required string Status { get; init; }

    public long Read { get; init; }

    public long Written { get; init; }

    public long Superseded { get; init; }

    public long Duplicate { get; init; }

    public long Invalid { get; init; }

    public long Rejected { get; init; }

    public long Unsettled { get; init; }

    public long Batches { get; init; }

    public IReadOnlyList<FileDocument> Files { get; init; } = [];

    /// <summary>Gets the files that an earlier run had loaded; they are not in <see cref="Files"/>.</summary>
    public int Skipped { get; init; }

    /// <summary>Gets the files that were not begun.</summary>
    public int NotStarted { get; init; }

    /// <summary>Gets what kept the run from beginning, such as wrong usage.</summary>
    public string? Error { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<TableDocument>? Tables { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public CostEstimate? Estimate { get; init; }

    /// <summary>Makes the document of a run that could not begin.</summary>
    public static RunDocument OfFailure(string error) => new() { Status = "failed", Error = error };

    public static RunDocument Of(RunResult result, RunSettings settings)
    {
        Ledger total = result.Total;
        WriteEffort effort = result.Effort;
        return new RunDocument
        {
            Status = FileDocument.StatusOf(result.Status),
            Read = total.Read,
            Written = total.Written,
            Superseded = total.Superseded,
            Duplicate = total.Duplicate,
            Invalid = total.Invalid,
            Rejected = total.Rejected,
            Unsettled = total.Unsettled,
            Batches = effort.Requests,
            Files = [.. result.Files.Select(FileDocument.Of)],
            Skipped = result.Skipped,
            NotStarted = result.NotStarted,
            Error = result.MatchedNothing ? RunView.NothingMatched(result) : null,
            Tables = settings.Sink == SinkKind.DuckDb ? [.. result.Tables.Select(TableDocument.Of)] : null,
            Estimate = settings.Sink == SinkKind.None ? CostEstimate.Of(effort, settings.PricePerMillionWrites) : null,
        };
    }
}
