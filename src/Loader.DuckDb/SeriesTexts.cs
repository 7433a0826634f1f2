using System.Runtime.InteropServices;
using System.Text;
using Loader.Domain;

namespace Loader.DuckDb;

/// <summary>The strings of the series of one load, in native memory, as DuckDB takes them.</summary>
/// <remarks>
/// <para>A string is encoded once per series, not per row or row group. A series has <see cref="Count"/> texts, in the order of the table's
/// columns; the first <see cref="IdentityCount"/> belong to the identity of its rows.</para>
/// <para>Thread-safe. Texts never move, and they stay until disposal, so dispose it after the last write of the load.</para>
/// </remarks>
internal sealed unsafe class SeriesTexts : IDisposable
{
    /// <summary>Region, subject, measurement type, quality flag and unit.</summary>
    public const int Count = 5;

    /// <summary>All texts except the unit.</summary>
    public const int IdentityCount = 4;

    /// <summary>The quality flag, the only text that may be null.</summary>
    public const int FlagIndex = 3;

    private const int SeriesPerBlock = 64;

    private readonly Lock _gate = new();
    private readonly List<nint> _allocated = [];
    private nint[] _blocks = new nint[4];
    private int _count;

    /// <summary>Adds the series that are not there yet.</summary>
    /// <param name="series">The series of the load so far. A row group may know fewer of them than one that was written before it.</param>
    /// <returns>The texts of each block of series; it covers <paramref name="series"/> and does not change later.</returns>
    public Snapshot Add(ReadOnlySpan<Series> series)
    {
        lock (_gate)
        {
            for (; _count < series.Length; _count++)
            {
                (int block, int inBlock) = Math.DivRem(_count, SeriesPerBlock);
                if (inBlock == 0)
                {
                    AddBlock(block);
                }

                // Rows of such a series are invalid and never written.
                if (series[_count].Fault == RejectionReason.None)
                {
                    Write((DuckDbText*)_blocks[block] + (inBlock * Count), series[_count].Key);
                }
            }

            return new Snapshot(_blocks);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (nint allocated in _allocated)
            {
                NativeMemory.Free((void*)allocated);
            }

            _allocated.Clear();
        }
    }

    private void AddBlock(int block)
    {
        if (block == _blocks.Length)
        {
            // Snapshots keep the old array.
            Array.Resize(ref _blocks, block * 2);
        }

        _blocks[block] = (nint)Allocate(SeriesPerBlock * Count * sizeof(DuckDbText));
    }

    private void Write(DuckDbText* texts, in SeriesKey key)
    {
        texts[0] = Encode(key.Region);
        texts[1] = Encode(key.Subject);
        texts[2] = Encode(key.MeasurementType);
        texts[3] = Encode(key.QualityFlag);
        texts[4] = Encode(key.Unit);
    }

    private DuckDbText Encode(string? text)
    {
        if (text is null)
        {
            return DuckDbText.Null;
        }

        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        byte* copy = null;
        if (!DuckDbText.IsInlined(utf8.Length))
        {
            copy = (byte*)Allocate(utf8.Length);
            utf8.CopyTo(new Span<byte>(copy, utf8.Length));
        }

        return new DuckDbText(utf8, copy);
    }

    private void* Allocate(int bytes)
    {
        void* memory = NativeMemory.Alloc((nuint)bytes);
        _allocated.Add((nint)memory);
        return memory;
    }

    /// <summary>The texts of the series at one moment.</summary>
    /// <param name="blocks">The blocks.</param>
    public readonly struct Snapshot(nint[] blocks)
    {
        /// <summary>Returns the texts of a series.</summary>
        /// <param name="id">The series' id in its load.</param>
        public DuckDbText* Of(int id)
        {
            (int block, int inBlock) = Math.DivRem(id, SeriesPerBlock);
            return (DuckDbText*)blocks[block] + (inBlock * Count);
        }
    }
}
