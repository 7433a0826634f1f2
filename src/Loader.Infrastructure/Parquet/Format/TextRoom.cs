namespace Loader.Infrastructure.Parquet.Format;

/// <summary>The room that the distinct texts of a file may take. A small page can stand for very many or very long ones, and they are kept until the file ends.</summary>
internal sealed class TextRoom
{
    /// <summary>The most bytes that are kept: two and a half million texts of 32 letters. A fleet of 100,000 meters with ids of 36 letters takes 21 MB.</summary>
    private const long MaxBytes = 512 << 20;

    /// <summary>A text is kept as UTF-8, to be compared, and as UTF-16.</summary>
    private const int CopiesPerByte = 3;

    /// <summary>What is kept of a text besides its letters: two objects, and their entries in lists and in a table of slots.</summary>
    private const int BytesPerText = 104;

    private long _taken;

    /// <summary>Takes the room of a text.</summary>
    /// <param name="bytes">Its bytes in UTF-8.</param>
    /// <exception cref="UnsupportedFileException">There is no more room.</exception>
    public void Take(int bytes)
    {
        _taken += ((long)bytes * CopiesPerByte) + BytesPerText;
        if (_taken > MaxBytes)
        {
            throw new UnsupportedFileException($"its distinct texts take more than {MaxBytes} bytes");
        }
    }
}
