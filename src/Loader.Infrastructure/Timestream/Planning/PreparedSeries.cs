using System.Text.Encodings.Web;
using System.Text.Json;
using Loader.Domain;

namespace Loader.Infrastructure.Timestream.Planning;

/// <summary>A series with its dimensions already encoded as JSON, so that the encoder only copies bytes.</summary>
/// <remarks>A slot is the index of a dimension name; all series of a load use the same slots. Sets of slots are bit masks.</remarks>
internal sealed class PreparedSeries
{
    private readonly byte[] _json;
    private readonly int[] _ends;
    private readonly int[] _slots;

    /// <summary>Initializes a new instance of the <see cref="PreparedSeries"/> class.</summary>
    /// <param name="series">The series.</param>
    /// <param name="slots">The slot of each dimension of the series.</param>
    /// <param name="valueIds">The id of each dimension's value within its slot: equal ids mean equal values.</param>
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

            // Rows of a series with a fault are never sent, and its text may be invalid UTF-16, which JSON cannot represent.
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
            MeteredBytes[slots[i]] = System.Text.Encoding.UTF8.GetByteCount(dimension.Name)
                + System.Text.Encoding.UTF8.GetByteCount(dimension.Value);
        }

        _json = json.ToArray();
    }

    /// <summary>Gets the series.</summary>
    public Series Series { get; }

    /// <summary>Gets the value id in each slot, or <see cref="SeriesTable.Absent"/>.</summary>
    public int[] ValueIds { get; }

    /// <summary>Gets the set of slots in which the series has a dimension.</summary>
    public uint Present { get; }

    /// <summary>Gets the length of name and value in each slot, in UTF-8 bytes; 0 where absent.</summary>
    public int[] MeteredBytes { get; }

    /// <summary>Gets the maximum number of bytes that <see cref="WriteDimensions"/> writes.</summary>
    public int MaxBytes => _json.Length + _ends.Length;

    /// <summary>Writes some of the dimensions as JSON objects separated by commas.</summary>
    /// <param name="slots">The set of slots to write.</param>
    /// <param name="destination">The destination, at least <see cref="MaxBytes"/> long.</param>
    /// <returns>The number of bytes written.</returns>
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

    /// <summary>Sums <see cref="MeteredBytes"/> over some of the dimensions.</summary>
    /// <param name="slots">The set of slots to count.</param>
    /// <returns>The number of bytes.</returns>
    public int MeteredBytesIn(uint slots)
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

    /// <summary>Escapes only what JSON requires. The default encoder would turn every non-ASCII letter into a six-byte escape.</summary>
    private static ReadOnlySpan<byte> Escape(string text) =>
        JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes;
}
