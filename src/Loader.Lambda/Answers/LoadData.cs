using Loader.Application.Results;
using Loader.Lambda.Loading;

namespace Loader.Lambda.Answers;

/// <summary>The counts of an answer, and what there is to say besides.</summary>
/// <remarks>Lists are cut so that an answer stays below the 256 KiB that a Step Functions state may hold; a count then says how many are left out.</remarks>
public sealed record LoadData : LoadCounts
{
    private const int MaxListBytes = 64 * 1024;

    private LoadData(LoadCounts counts)
        : base(counts)
    {
    }

    /// <summary>Gets the counts of each object, where there are several.</summary>
    public IReadOnlyList<LoadCounts>? Files { get; init; }

    /// <summary>Gets how many objects are not in <see cref="Files"/>; <see langword="null"/> where all are.</summary>
    public int? FilesLeftOut { get; init; }

    /// <summary>Gets the objects that were passed by; <see langword="null"/> where none was.</summary>
    public IReadOnlyList<SkippedData>? Skipped { get; init; }

    /// <summary>Gets how many objects are not in <see cref="Skipped"/>; <see langword="null"/> where all are.</summary>
    public int? SkippedLeftOut { get; init; }

    /// <summary>Gets the token to resume the load with; <see langword="null"/> unless the answer's status is 206.</summary>
    public ResumeData? Resume { get; init; }

    internal static LoadData Of(IReadOnlyList<LoadReport> reports, IReadOnlyList<ObjectOutcome> skipped)
    {
        List<LoadCounts> all = [.. reports.Select(LoadCounts.Of)];
        List<LoadCounts>? files = all.Count > 1 ? Fitting(all, file => 500 + Cost(file.File) + Cost(file.RejectedRows)) : null;
        List<SkippedData>? passedBy = skipped.Count > 0
            ? Fitting([.. skipped.Select(o => new SkippedData(o.File.ToString(), o.Skipped!))], item => 100 + Cost(item.File))
            : null;
        return new LoadData(all.Count == 1 ? all[0] : Sum(all))
        {
            Files = files,
            FilesLeftOut = files is null || files.Count == all.Count ? null : all.Count - files.Count,
            Skipped = passedBy,
            SkippedLeftOut = passedBy is null || passedBy.Count == skipped.Count ? null : skipped.Count - passedBy.Count,
        };
    }

    private static LoadCounts Sum(List<LoadCounts> all) => new()
    {
        RecordsProcessed = all.Sum(file => file.RecordsProcessed),
        BatchesProcessed = all.Sum(file => file.BatchesProcessed),
        DatasetType = all.Count == 0 ? "unknown" : string.Join(',', all.Select(file => file.DatasetType).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
        Read = all.Sum(file => file.Read),
        Written = all.Sum(file => file.Written),
        Superseded = all.Sum(file => file.Superseded),
        Duplicate = all.Sum(file => file.Duplicate),
        Invalid = all.Sum(file => file.Invalid),
        Rejected = all.Sum(file => file.Rejected),
        Unsettled = all.Sum(file => file.Unsettled),
        BytesRead = all.Sum(file => file.BytesRead),
        Throttles = all.Sum(file => file.Throttles),
        Retries = all.Sum(file => file.Retries),
        ElapsedMs = all.Sum(file => file.ElapsedMs),
    };

    private static List<T> Fitting<T>(List<T> items, Func<T, int> cost)
    {
        int bytes = 0;
        return [.. items.TakeWhile(item => (bytes += cost(item)) <= MaxListBytes)];
    }

    /// <summary>A character takes at most six bytes of JSON.</summary>
    private static int Cost(string? text) => 6 * (text?.Length ?? 0);
}
