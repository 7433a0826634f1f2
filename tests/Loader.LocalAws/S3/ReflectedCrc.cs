using System.Buffers.Binary;

namespace Loader.LocalAws.S3;

/// <summary>A cyclic redundancy check whose polynomial is given with its bits reversed, with all bits set at the start and inverted at the end.</summary>
internal sealed class ReflectedCrc
{
    private readonly ulong[] _table = new ulong[256];
    private readonly ulong _mask;
    private readonly int _bytes;

    public ReflectedCrc(int bits, ulong polynomial)
    {
        _bytes = bits / 8;
        _mask = ulong.MaxValue >> (64 - bits);
        for (var i = 0u; i < _table.Length; i++)
        {
            ulong value = i;
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ polynomial;
            }

            _table[i] = value;
        }
    }

    /// <summary>The checksum, most significant byte first, as S3 encodes it.</summary>
    public byte[] Hash(ReadOnlySpan<byte> bytes)
    {
        var crc = _mask;
        foreach (var next in bytes)
        {
            crc = (crc >> 8) ^ _table[(byte)crc ^ next];
        }

        var hash = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(hash, crc ^ _mask);
        return hash[^_bytes..];
    }
}
