using System.Text.Json.Serialization;
using Loader.Application.Results;
using Loader.Lambda.Loading;

namespace Loader.Lambda.Responses;

/// <summary>The counts of a response, with the counts of each object, the skipped objects and the resume token.</summary>
/// <remarks>
/// A Step Functions state holds at most 256 KiB. The lists are therefore truncated, and a count says how many entries were omitted.
/// </remarks>
public sealed record LoadData : LoadCounts
{
    private const int MaxListBytes = 64 * 1024;

    private LoadData(LoadCounts counts)
        : base(counts)
    {
    }

    /// <summary>Gets the counts of each object, or <see langword="null"/> unless several objects were loaded.</summary>
    public IReadOnlyList<LoadCounts>? Files { get; init; }

    /// <summary>Gets the number of objects omitted from <see cref="Files"/>, or <see langword="null"/> if none was.</summary>
    public int? FilesLeftOut { get; init; }

    /// <summary>Gets the number of skipped objects by reason in snake_case, or <see langword="null"/> if none was skipped.</summary>
    public IReadOnlyDictionary<string, int>? SkippedByReason { get; init; }

    /// <summary>Gets the skipped objects, or <see langword="null"/> if none was skipped.</summary>
    public IReadOnlyList<SkippedObject>? Skipped { get; init; }

    /// <summary>Gets the number of objects omitted from <see cref="Skipped"/>, or <see langword="null"/> if none was.</summary>
    public int? SkippedLeftOut { get; init; }

    /// <summary>Gets the token that resumes the load, or <see langword="null"/> unless the status code is 206.</summary>
    public ResumeData? Resume { get; init; }

    internal static LoadData From(IReadOnlyList<LoadReport> reports, IReadOnlyList<ObjectOutcome> skipped)
    {
        List<LoadCounts> all = [.. reports.Select(LoadCounts.From)];
        List<LoadCounts>? files = all.Count > 1
            ? Truncate(all, file => 700 + JsonBytes(file.File) + JsonBytes(file.RejectedRows) + JsonBytes(file.Mapping))
            : null;
        List<SkippedObject>? skippedObjects = skipped.Count > 0
            ? Truncate(
                [.. skipped.Select(o => new SkippedObject(o.File.ToString(), o.SkipReason!.Value.ToJsonName()))],
                item => 100 + JsonBytes(item.File))
            : null;
        return new LoadData(all.Count == 1 ? all[0] : Sum(all))
        {
            Files = files,
            FilesLeftOut = files is null || files.Count == all.Count ? null : all.Count - files.Count,
            SkippedByReason = skipped.Count == 0
                ? null
                : skipped.CountBy(outcome => outcome.SkipReason!.Value.ToJsonName())
                    .OrderBy(count => count.Key, StringComparer.Ordinal)
                    .ToDictionary(StringComparer.Ordinal),
            Skipped = skippedObjects,
            SkippedLeftOut = skippedObjects is null || skippedObjects.Count == skipped.Count ? null : skipped.Count - skippedObjects.Count,
        };
    }

    private static LoadCounts Sum(List<LoadCounts> all) => new()
    {
        RecordsProcessed = all.Sum(file => file.RecordsProcessed),
        BatchesProcessed = all.Sum(file => file.BatchesProcessed),
        DatasetType = all.Count == 0
            ? "unknown"
            : string.Join(',', all.Select(file => file.DatasetType).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)),
        Read = all.Sum(file => file.Read),
        Written = all.Sum(file => file.Written),
        Superseded = all.Sum(file => file.Superseded),
        Duplicate = all.Sum(file => file.Duplicate),
        Invalid = all.Sum(file => file.Invalid),
        Rejected = all.Sum(file => file.Rejected),
        Unsettled = all.Sum(file => file.Unsettled),
        Filtered = all.Sum(file => file.Filtered),
        ConflictingDuplicates = all.Exists(file => file.ConflictingDuplicates > 0) ? all.Sum(file => file.ConflictingDuplicates) : null,
        AmbiguousTimes = all.Exists(file => file.AmbiguousTimes > 0) ? all.Sum(file => file.AmbiguousTimes) : null,
        ReplacedSinceEvent = all.Any(file => file.ReplacedSinceEvent == true) ? true : null,
        BytesRead = all.Sum(file => file.BytesRead),
        Throttles = all.Sum(file => file.Throttles),
        Retries = all.Sum(file => file.Retries),
        ElapsedMs = all.Sum(file => file.ElapsedMs),
    };

    private static List<T> Truncate<T>(List<T> items, Func<T, int> jsonBytes)
    {
        int bytes = 0;
        return [.. items.TakeWhile(item => (bytes += jsonBytes(item)) <= MaxListBytes)];
    }

    /// <summary>Returns an upper bound: one character takes at most six bytes of JSON.</summary>
    private static int JsonBytes(string? text) => 6 * (text?.Length ?? 0);
}

/// <summary>An object that was skipped.</summary>
/// <param name="File">The object.</param>
/// <param name="Reason">The reason: <c>not_parquet</c>, <c>hidden</c> or <c>kept_rows</c>.</param>
public sealed record SkippedObject(string File, string Reason);

/// <summary>The token that the next call passes as <c>resume</c>.</summary>
/// <param name="RowGroup">The first row group that is not settled, from 0.</param>
/// <param name="Etag">The object's ETag without quotes.</param>
/// <param name="VersionId">The object's S3 version id, or <see langword="null"/> if the bucket has no versions.</param>
/// <param name="Version">The object version of the records.</param>
/// <param name="MappingSha256">
/// The SHA-256 of the mapping that the object was read with, or <see langword="null"/> if there was none.
/// </param>
public sealed record ResumeData(
    int RowGroup,
    string Etag,
    string? VersionId,
    long Version,
    [property: JsonPropertyName("mapping_sha256")] string? MappingSha256)
{
    internal static ResumeData From(ResumeToken token) =>
        new(token.RowGroup, token.ETag, token.VersionId, token.Version.Value, token.MappingSha256);
}
