namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Texts that lie in the values of a page.</summary>
/// <param name="values">The values of the page.</param>
/// <param name="entries">Where the texts lie.</param>
internal readonly ref struct TextEntries(ReadOnlySpan<byte> values, ReadOnlySpan<TextEntry> entries)
{
    private readonly ReadOnlySpan<byte> _values = values;
    private readonly ReadOnlySpan<TextEntry> _entries = entries;

    public int Count => _entries.Length;

    public ReadOnlySpan<byte> this[int index] => _values.Slice(_entries[index].Offset, _entries[index].Length);
}
