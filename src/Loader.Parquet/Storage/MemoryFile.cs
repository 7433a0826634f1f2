using System.Security.Cryptography;

namespace Loader.Parquet.Storage;

/// <summary>A file in memory.</summary>
/// <param name="bytes">The content, which must not change while the file is used.</param>
/// <param name="lastModified">The time of the last modification.</param>
/// <param name="etag">
/// A tag that changes with the content, or <see langword="null"/> for a part of the SHA-256 of the content.
/// </param>
public sealed class MemoryFile(ReadOnlyMemory<byte> bytes, DateTimeOffset lastModified, string? etag = null) : RandomAccessFile
{
    private const int TagDigits = 32;

    /// <inheritdoc/>
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    protected override Task<FileTail> ReadTailAsync(CancellationToken cancellationToken) => Task.FromResult(new FileTail(
        bytes[Math.Max(0, bytes.Length - TailBytes)..],
        bytes.Length,
        lastModified,
        etag ?? Convert.ToHexStringLower(SHA256.HashData(bytes.Span))[..TagDigits],
        VersionId: null));

    /// <inheritdoc/>
    protected override ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        bytes.Slice((int)offset, destination.Length).CopyTo(destination);
        Count(destination.Length);
        return ValueTask.CompletedTask;
    }
}
