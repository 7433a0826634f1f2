using Loader.Domain;

namespace Loader.Application.Results;

/// <summary>Where a load goes on: all row groups before <see cref="RowGroup"/> are settled.</summary>
/// <param name="RowGroup">The first row group that is not settled, from 0.</param>
/// <param name="ETag">The ETag of the object that was being loaded, without quotes; for a file on disk a mark made of size and time.</param>
/// <param name="VersionId">The object's S3 version id, where the bucket has versions.</param>
/// <param name="Version">The object version that records were written with, so that the rest gets the same.</param>
public sealed record ResumeToken(int RowGroup, string ETag, string? VersionId, ObjectVersion Version);
