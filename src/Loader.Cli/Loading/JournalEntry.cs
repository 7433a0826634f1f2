namespace Loader.Cli.Loading;

/// <summary>One line of a <see cref="ResumeJournal"/>: a file that is done, or how far it is.</summary>
/// <param name="File">The file, as the run named it.</param>
/// <param name="ETag">The object that was loaded.</param>
/// <param name="VersionId">Its S3 version id, where the bucket has versions.</param>
/// <param name="Dataset">The dataset that it was loaded as.</param>
/// <param name="Version">The object version that records were written with.</param>
/// <param name="RowGroup">The row group to go on with, or <see langword="null"/> when the file is done.</param>
internal sealed record JournalEntry(string File, string ETag, string? VersionId, string Dataset, long Version, int? RowGroup);
