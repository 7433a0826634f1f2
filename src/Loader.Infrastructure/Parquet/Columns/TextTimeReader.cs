using System.Runtime.InteropServices;
using System.Text;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>
/// Decodes ISO 8601 text. The unit of a row group is the coarsest that holds all its times exactly; text that is no time, or that no count of the unit
/// holds, is kept as it is.
/// </summary>
/// <param name="column">The column.</param>
/// <param name="clock">The clock of the zone that times without an offset are in.</param>
internal sealed class TextTimeReader(SourceColumn column, LocalClock clock) : TimeReader
{
    private readonly ChunkDecoder<ReadOnlyMemory<byte>> _decoder = new(column.Element, new byte[1], new byte[1]);
    private readonly ReferenceCodes _references = new();
    private readonly List<ParsedTime> _parsed = [];
    private DecodedTimes? _times;

    /// <inheritdoc/>
    public override ValueTask ReadAsync(ChunkInput chunk, DecodedTimes times, CancellationToken cancellationToken)
    {
        times.Unit = TimeUnit.Milliseconds;
        _times = times;
        return _decoder.DecodeAsync(
            chunk.Bytes, chunk.Codec, chunk.Pages, this, static (TextTimeReader me, in ColumnSlice<ReadOnlyMemory<byte>> s) => me.Take(s), cancellationToken);
    }

    /// <inheritdoc/>
    public override void Dispose() => _decoder.Dispose();

    private void Take(in ColumnSlice<ReadOnlyMemory<byte>> slice)
    {
        _references.Clear();
        _parsed.Clear();
        int next = 0;
        for (int i = 0; i < slice.Rows; i++)
        {
            int row = slice.FirstRow + i;
            if (!slice.Levels.IsEmpty && slice.Levels[i] == 0)
            {
                _times!.Times[row] = MeasurementBatch.MissingTime;
                continue;
            }

            ReadOnlyMemory<byte> text = slice.Values[next++];
            Set(row, slice.UsesDictionary ? ParseOnce(text) : Parse(text.Span), text.Span);
        }
    }

    private ParsedTime ParseOnce(ReadOnlyMemory<byte> text)
    {
        if (!MemoryMarshal.TryGetArray(text, out ArraySegment<byte> segment) || segment.Count != segment.Array!.Length)
        {
            return Parse(text.Span);
        }

        if (!_references.TryGet(segment.Array, out int index))
        {
            index = _parsed.Count;
            _parsed.Add(Parse(text.Span));
            _references.Add(segment.Array, index);
        }

        return _parsed[index];
    }

    private ParsedTime Parse(ReadOnlySpan<byte> text)
    {
        if (!IsoTime.TryParse(text, out IsoTime time))
        {
            return new ParsedTime(0, 0, RejectionReason.UnreadableTime);
        }

        if (time.HasOffset || clock.IsUtc)
        {
            return new ParsedTime(time.Seconds, time.Nanoseconds, RejectionReason.None);
        }

        return clock.TryGetOffset(time.Seconds, out int offset)
            ? new ParsedTime(time.Seconds - offset, time.Nanoseconds, RejectionReason.None)
            : new ParsedTime(0, 0, RejectionReason.NonexistentLocalTime);
    }

    private void Set(int row, in ParsedTime parsed, ReadOnlySpan<byte> text)
    {
        DecodedTimes times = _times!;
        RejectionReason verdict = parsed.Verdict;
        if (verdict == RejectionReason.None)
        {
            TimeUnit unit = UnitOf(parsed.Nanoseconds);
            if (unit > times.Unit)
            {
                times.Refine(unit, row);
            }

            long perSecond = times.Unit.PerSecond();
            Int128 time = ((Int128)parsed.Seconds * perSecond) + (parsed.Nanoseconds / (1_000_000_000 / perSecond));
            if (time > long.MinValue && time <= long.MaxValue)
            {
                times.Times[row] = (long)time;
                return;
            }

            verdict = RejectionReason.TimeOutOfRange;
        }

        times.Refuse(row, verdict, Encoding.UTF8.GetString(text));
    }

    private static TimeUnit UnitOf(int nanoseconds) =>
        nanoseconds % 1_000_000 == 0 ? TimeUnit.Milliseconds
        : nanoseconds % 1_000 == 0 ? TimeUnit.Microseconds
        : TimeUnit.Nanoseconds;

    private readonly record struct ParsedTime(long Seconds, int Nanoseconds, RejectionReason Verdict);
}
