using Loader.Parquet.Pages;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>The buffers that reading a file needs. Its columns are read one after the other and share them.</summary>
/// <param name="series">The memory budget for the distinct series of the file, which is disposed with the buffers.</param>
internal sealed class ColumnBuffers(SeriesBudget series) : IDisposable
{
    /// <summary>Gets the buffers for decoding pages.</summary>
    public PageBuffers Pages { get; } = new();

    /// <summary>Gets the buffer for the codes of a page, one for each row.</summary>
    public PooledBuffer<int> Codes { get; } = new();

    /// <summary>Gets the buffer for the codes of a dictionary, one for each entry.</summary>
    public PooledBuffer<int> EntryCodes { get; } = new();

    /// <summary>Gets the memory budget for the distinct series of the file.</summary>
    public SeriesBudget Series { get; } = series;

    /// <inheritdoc/>
    public void Dispose()
    {
        Pages.Dispose();
        Codes.Dispose();
        EntryCodes.Dispose();
        Series.Dispose();
    }
}
