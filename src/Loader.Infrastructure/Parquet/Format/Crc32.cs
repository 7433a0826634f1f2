using System.Buffers.Binary;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>The CRC-32 of gzip and of Parquet's pages (polynomial 0x04C11DB7, reflected), eight bytes at a step.</summary>
internal static class Crc32
{
    private const uint ReflectedPolynomial = 0xEDB88320;

    private static readonly uint[] Tables = MakeTables();

    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<uint> t = Tables;
        uint crc = ~0u;
        while (bytes.Length >= 8)
        {
            ulong eight = BinaryPrimitives.ReadUInt64LittleEndian(bytes) ^ crc;
            crc = t[(7 * 256) + (byte)eight] ^ t[(6 * 256) + (byte)(eight >> 8)]
                ^ t[(5 * 256) + (byte)(eight >> 16)] ^ t[(4 * 256) + (byte)(eight >> 24)]
                ^ t[(3 * 256) + (byte)(eight >> 32)] ^ t[(2 * 256) + (byte)(eight >> 40)]
                ^ t[256 + (byte)(eight >> 48)] ^ t[(byte)(eight >> 56)];
            bytes = bytes[8..];
        }

        foreach (byte b in bytes)
        {
            crc = (crc >> 8) ^ t[(byte)(crc ^ b)];
        }

        return ~crc;
    }

    /// <summary>Table k holds what a byte does to the remainder k bytes later.</summary>
    private static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (uint b = 0; b < 256; b++)
        {
            uint crc = b;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * ReflectedPolynomial);
            }

            tables[b] = crc;
        }

        for (int i = 256; i < tables.Length; i++)
        {
            uint before = tables[i - 256];
            tables[i] = (before >> 8) ^ tables[(byte)before];
        }

        return tables;
    }
}
