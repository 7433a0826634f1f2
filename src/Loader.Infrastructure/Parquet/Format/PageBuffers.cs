using ZstdSharp;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>The room that decoding takes. Columns are decoded one after the other, so all columns of a file share it.</summary>
internal sealed class PageBuffers : IDisposable
{
    private Decompressor? _zstd;

    /// <summary>Gets room for the decompressed page.</summary>
    public Scratch<byte> Page { get; } = new();

    /// <summary>Gets room for the decompressed dictionary.</summary>
    public Scratch<byte> Dictionary { get; } = new();

    /// <summary>Gets room for values that do not lie in the page as they are.</summary>
    public Scratch<byte> Values { get; } = new();

    /// <summary>Gets room for definition levels.</summary>
    public Scratch<int> Levels { get; } = new();

    /// <summary>Gets room for indexes into the dictionary.</summary>
    public Scratch<int> Indexes { get; } = new();

    /// <summary>Gets room for the numbers of distinct values, one a row.</summary>
    public Scratch<int> Codes { get; } = new();

    /// <summary>Gets room for the numbers of distinct values, one for each entry of the dictionary.</summary>
    public Scratch<int> EntryCodes { get; } = new();

    /// <summary>Gets room for differences of integers, or the lengths of byte arrays.</summary>
    public Scratch<long> Deltas { get; } = new();

    /// <summary>Gets room for the lengths that byte arrays share with those before them.</summary>
    public Scratch<long> Prefixes { get; } = new();

    /// <summary>Gets room for the places of the dictionary's entries.</summary>
    public Scratch<BytesEntry> DictionaryEntries { get; } = new();

    /// <summary>Gets room for the places of a page's byte arrays.</summary>
    public Scratch<BytesEntry> Entries { get; } = new();

    /// <summary>Gets the room for the distinct texts of all columns, which are kept until the end of the file.</summary>
    public TextRoom Texts { get; } = new();

    /// <summary>Gets the decompressor of zstd, whose tables are worth keeping.</summary>
    public Decompressor Zstd => _zstd ??= new Decompressor();

    /// <inheritdoc/>
    public void Dispose()
    {
        _zstd?.Dispose();
        Page.Dispose();
        Dictionary.Dispose();
        Values.Dispose();
        Levels.Dispose();
        Indexes.Dispose();
        Codes.Dispose();
        EntryCodes.Dispose();
        Deltas.Dispose();
        Prefixes.Dispose();
        DictionaryEntries.Dispose();
        Entries.Dispose();
    }
}
