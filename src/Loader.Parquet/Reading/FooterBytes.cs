using System.Buffers.Binary;
using Loader.Parquet.Storage;

namespace Loader.Parquet.Reading;

/// <summary>Finds the footer at the end of a file.</summary>
internal static class FooterBytes
{
    /// <summary>
    /// The maximum size of a footer in bytes: about that of 5,000 row groups with 100 columns. Parsed, a footer may take nine times its
    /// size.
    /// </summary>
    private const int MaxLength = 64 << 20;

    /// <summary>The footer's length and the magic number after it.</summary>
    private const int TrailerLength = 8;

    /// <summary>Reads the footer.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The footer's bytes and their offset in the file.</returns>
    /// <exception cref="MalformedFileException">The file is not a Parquet file.</exception>
    /// <exception cref="UnsupportedFileException">The file is encrypted, or its footer is too large.</exception>
    public static async Task<(ReadOnlyMemory<byte> Bytes, long Offset)> ReadAsync(
        RandomAccessFile file, CancellationToken cancellationToken)
    {
        if (file.Length < TrailerLength + 4)
        {
            throw new MalformedFileException(file.Length == 0 ? "The file is empty." : $"The file has only {file.Length} bytes.");
        }

        var trailer = new byte[TrailerLength];
        await file.ReadAsync(file.Length - TrailerLength, trailer, cancellationToken).ConfigureAwait(false);
        if (trailer.AsSpan(4).SequenceEqual("PARE"u8))
        {
            throw new UnsupportedFileException("The file is encrypted.");
        }

        if (!trailer.AsSpan(4).SequenceEqual("PAR1"u8))
        {
            throw new MalformedFileException("The file does not end like a Parquet file: it has another format, or it was cut off.");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (length > file.Length - TrailerLength - 4)
        {
            throw new MalformedFileException("The footer is longer than the file.");
        }

        if (length > MaxLength)
        {
            throw new UnsupportedFileException($"The footer has {length} bytes; at most {MaxLength} are supported.");
        }

        var footer = new byte[length];
        long offset = file.Length - TrailerLength - length;
        await file.ReadAsync(offset, footer, cancellationToken).ConfigureAwait(false);
        return (footer, offset);
    }
}
