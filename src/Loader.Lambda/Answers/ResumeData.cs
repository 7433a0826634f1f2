using Loader.Application.Results;

namespace Loader.Lambda.Answers;

/// <summary>The token that the next call takes as <c>resume</c>.</summary>
/// <param name="RowGroup">The first row group that is not settled, from 0.</param>
/// <param name="Etag">The object's ETag, without quotes.</param>
/// <param name="VersionId">The object's S3 version id, where the bucket has versions.</param>
/// <param name="Version">The object version that records are written with.</param>
public sealed record ResumeData(int RowGroup, string Etag, string? VersionId, long Version)
{
    internal static ResumeData Of(ResumeToken token) => new(token.RowGroup, token.ETag, token.VersionId, token.Version.Value);
}
