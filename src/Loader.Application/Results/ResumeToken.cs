using Loader.Domain;

namespace Loader.Application.Results;

/// <summary>Where to resume a load: all row groups before <see cref="RowGroup"/> are settled.</summary>
/// <param name="RowGroup">The index of the first row group that is not settled, from 0.</param>
/// <param name="ETag">
/// The ETag of the object that was loaded, without quotes; for a file on disk, a value derived from its size and time.
/// </param>
/// <param name="VersionId">The S3 version id of the object, if its bucket has versions.</param>
/// <param name="Version">The object version that records were written with; the remaining records get the same.</param>
public sealed record ResumeToken(int RowGroup, string ETag, string? VersionId, ObjectVersion Version)
{
    /// <summary>
    /// Gets the SHA-256 of the mapping that the file was read with, in lower case, or <see langword="null"/> if it was read without one.
    /// </summary>
    public string? MappingSha256 { get; init; }
}
