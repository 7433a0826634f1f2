using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Loader.Domain;

namespace Loader.Infrastructure.Timestream;

/// <summary>A series as the encoder needs it: each dimension escaped and laid out as JSON once.</summary>
internal sealed class PreparedSeries
{
    private readonly byte[] _json;
    private readonly int[] _ends;
    private readonly int[] _slots;

    /// <summary>Initializes a new instance of the <see cref="PreparedSeries"/> class.</summary>
    /// <param name="series">The series.</param>
    /// <param name="slots">The slot of each of its dimensions: one slot for each dimension name.</param>
    /// <param name="valueIds">The number of each of its values in its slot: equal numbers are equal values.</param>
    public PreparedSeries(Series series, int[] slots, int[] valueIds)
    {
        Series = series;
        ValueIds = new int[SeriesTable.MaxSlots];
        ValueIds.AsSpan().Fill(SeriesTable.Absent);
        MeteredBytes = new int[SeriesTable.MaxSlots];
        _slots = slots;
        _ends = new int[slots.Length];

        var json = new MemoryStream();
        for (int i = 0; i < slots.Length; i++)
        {
            Dimension dimension = series.Dimensions[i];

            // No row of a series with a fault is ever sent, and its text may be none that JSON can hold.
            if (series.Fault == RejectionReason.None)
            {
                json.Write("{\"Name\":\""u8);
                json.Write(Escape(dimension.Name));
                json.Write("\",\"Value\":\""u8);
                json.Write(Escape(dimension.Value));
                json.Write("\"}"u8);
            }

            _ends[i] = (int)json.Length;
            ValueIds[slots[i]] = valueIds[i];
            Present |= 1u << slots[i];
            MeteredBytes[slots[i]] = Encoding.UTF8.GetByteCount(dimension.Name) + Encoding.UTF8.GetByteCount(dimension.Value);
        }

        _json = json.ToArray();
    }

    /// <summary>Gets the series.</summary>
    public Series Series { get; }

    /// <summary>Gets the number of its value in each slot, or <see cref="SeriesTable.Absent"/>.</summary>
    public int[] ValueIds { get; }

    /// <summary>Gets the slots that the series has a dimension in, as bits.</summary>
    public uint Present { get; }

    /// <summary>Gets the UTF-8 bytes of name and value in each slot; 0 where absent.</summary>
    public int[] MeteredBytes { get; }

    /// <summary>Gets the bytes that <see cref="WriteDimensions"/> takes at most.</summary>
    public int MaxBytes => _json.Length + _ends.Length;

    /// <summary>Writes some of the dimensions, separated by commas.</summary>
    /// <param name="slots">The slots to write, as bits.</param>
    /// <param name="destination">At least <see cref="MaxBytes"/> long.</param>
    /// <returns>The bytes written.</returns>
    public int WriteDimensions(uint slots, Span<byte> destination)
    {
        int written = 0;
        int start = 0;
        for (int i = 0; i < _ends.Length; i++)
        {
            int end = _ends[i];
            if ((slots >> _slots[i] & 1) != 0)
            {
                if (written > 0)
                {
                    destination[written++] = (byte)',';
                }

                _json.AsSpan(start, end - start).CopyTo(destination[written..]);
                written += end - start;
            }

            start = end;
        }

        return written;
    }

    /// <summary>Returns the metered bytes of some of the dimensions.</summary>
    /// <param name="slots">The slots to count, as bits.</param>
    /// <returns>The bytes.</returns>
    public int Metered(uint slots)
    {
        int bytes = 0;
        for (int i = 0; i < _slots.Length; i++)
        {
            if ((slots >> _slots[i] & 1) != 0)
            {
                bytes += MeteredBytes[_slots[i]];
            }
        }

        return bytes;
    }

    /// <summary>Only what JSON itself demands is escaped; the default encoder would spell every letter beyond ASCII as six bytes.</summary>
    private static ReadOnlySpan<byte> Escape(string text) =>
        JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
}
