using Loader.Parquet;
using Loader.Parquet.Pages;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>The buffers that reading a file needs. Its columns are read one after the other and share them.</summary>
internal sealed class ColumnBuffers : IDisposable
{
    /// <summary>Gets the buffers for decoding pages.</summary>
    public PageBuffers Pages { get; } = new();

    /// <summary>Gets the buffer for the codes of a page, one for each row.</summary>
    public PooledBuffer<int> Codes { get; } = new();

    /// <summary>Gets the buffer for the codes of a dictionary, one for each entry.</summary>
    public PooledBuffer<int> EntryCodes { get; } = new();

    /// <summary>Gets the memory budget for the distinct strings of all columns.</summary>
    public StringBudget Strings { get; } = new();

    /// <inheritdoc/>
    public void Dispose()
    {
        Pages.Dispose();
        Codes.Dispose();
        EntryCodes.Dispose();
    }
}

/// <summary>
/// The memory budget for a file's distinct strings, which are kept until the file is closed. A small page can hold very many or very long
/// ones.
/// </summary>
internal sealed class StringBudget
{
    /// <summary>
    /// The budget: 512 MiB, enough for two and a half million strings of 32 characters. 100,000 meters with ids of 36 characters need 21
    /// MB.
    /// </summary>
    private const long MaxBytes = 512 << 20;

    /// <summary>A string is kept in UTF-8, for comparison, and in UTF-16.</summary>
    private const int CopiesPerByte = 3;

    /// <summary>The memory for a string besides its characters: two objects, and entries in lists and in a hash table.</summary>
    private const int BytesPerString = 104;

    private long _used;

    /// <summary>Charges a string to the budget.</summary>
    /// <param name="length">Its length in UTF-8 bytes.</param>
    /// <exception cref="UnsupportedFileException">The budget is exhausted.</exception>
    public void Charge(int length)
    {
        _used += ((long)length * CopiesPerByte) + BytesPerString;
        if (_used > MaxBytes)
        {
            throw new UnsupportedFileException($"The distinct strings of the file need more than {MaxBytes} bytes of memory.");
        }
    }
}
