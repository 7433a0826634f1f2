using System.Buffers.Binary;
using Loader.Infrastructure.Parquet.Bytes;

namespace Loader.Infrastructure.Parquet;

/// <summary>Finds the footer at the end of a file.</summary>
internal static class FooterBytes
{
    /// <summary>The most bytes of a footer that are read; that of 5,000 row groups with 100 columns has about as many. Read, one may take nine times its bytes.</summary>
    private const int MaxLength = 64 << 20;

    /// <summary>The footer's length and the magic behind it.</summary>
    private const int TrailerLength = 8;

    /// <summary>Reads the footer.</summary>
    /// <param name="source">The file.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The footer's bytes and the offset in the file at which they begin.</returns>
    /// <exception cref="MalformedFileException">The file is no Parquet file.</exception>
    public static async Task<(ReadOnlyMemory<byte> Bytes, long Offset)> ReadAsync(SourceBytes source, CancellationToken cancellationToken)
    {
        if (source.Length < TrailerLength + 4)
        {
            throw new MalformedFileException(source.Length == 0 ? "it is empty" : $"it has only {source.Length} bytes");
        }

        var trailer = new byte[TrailerLength];
        await source.ReadAsync(source.Length - TrailerLength, trailer, cancellationToken).ConfigureAwait(false);
        if (trailer.AsSpan(4).SequenceEqual("PARE"u8))
        {
            throw new UnsupportedFileException("it is encrypted");
        }

        if (!trailer.AsSpan(4).SequenceEqual("PAR1"u8))
        {
            throw new MalformedFileException("it does not end as a Parquet file does: it is another kind of file, or was cut off");
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(trailer);
        if (length > source.Length - TrailerLength - 4)
        {
            throw new MalformedFileException("its footer is longer than the file");
        }

        if (length > MaxLength)
        {
            throw new UnsupportedFileException($"its footer has {length} bytes; the most that is read is {MaxLength}");
        }

        var footer = new byte[length];
        long offset = source.Length - TrailerLength - length;
        await source.ReadAsync(offset, footer, cancellationToken).ConfigureAwait(false);
        return (footer, offset);
    }
}
