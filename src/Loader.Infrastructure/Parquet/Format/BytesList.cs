namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Values of bytes, such as texts, that lie in one buffer.</summary>
/// <param name="bytes">The buffer.</param>
/// <param name="entries">Where the values lie in it.</param>
internal readonly ref struct BytesList(ReadOnlySpan<byte> bytes, ReadOnlySpan<BytesEntry> entries)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private readonly ReadOnlySpan<BytesEntry> _entries = entries;

    public int Count => _entries.Length;

    public ReadOnlySpan<byte> this[int index] => _bytes.Slice(_entries[index].Offset, _entries[index].Length);
}
