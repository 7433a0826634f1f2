namespace Loader.Infrastructure.Parquet.Bytes;

/// <summary>The last bytes of a file, and what it was when they were read.</summary>
/// <param name="Bytes">The bytes: the whole file where it is small.</param>
/// <param name="Length">The bytes of the file.</param>
/// <param name="LastModified">When it was last modified.</param>
/// <param name="ETag">The mark of its content.</param>
/// <param name="VersionId">The S3 version id, where there is one.</param>
internal sealed record FileTail(ReadOnlyMemory<byte> Bytes, long Length, DateTimeOffset LastModified, string ETag, string? VersionId);
