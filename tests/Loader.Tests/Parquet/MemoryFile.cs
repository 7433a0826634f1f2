using Loader.Parquet.Storage;

namespace Loader.Tests.Parquet;

/// <summary>A file in memory, so that reading it happens on the test's own thread.</summary>
internal sealed class MemoryFile(byte[] bytes) : RandomAccessFile
{
    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    protected override Task<FileTail> ReadTailAsync(CancellationToken cancellationToken) => Task.FromResult(new FileTail(
        bytes.AsMemory(Math.Max(0, bytes.Length - TailBytes)), bytes.Length, DateTimeOffset.UnixEpoch.AddYears(50), "memory", VersionId: null));

    protected override ValueTask ReadRangeAsync(long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        bytes.AsSpan((int)offset, destination.Length).CopyTo(destination.Span);
        Count(destination.Length);
        return ValueTask.CompletedTask;
    }
}
