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
    private readonly TextPages _pages = new(column);

    /// <summary>What each entry of the chunk's dictionary means, so that its text is read once.</summary>
    private ParsedTime[] _timeOfEntry = [];
    private ChunkDecoder<ReadOnlyMemory<byte>>? _decoder;
    private DecodedTimes? _times;

    /// <inheritdoc/>
    public override ValueTask ReadAsync(ChunkInput chunk, DecodedTimes times, CancellationToken cancellationToken)
    {
        times.Unit = TimeUnit.Milliseconds;
        _times = times;
        if (!TextPages.CanRead(chunk.Pages))
        {
            return ReadDeltaAsync(chunk, cancellationToken);
        }

        _pages.Begin(chunk);
        ParseDictionary();
        int firstRow = 0;
        foreach (PageHeader page in chunk.Pages.Data)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (page.Values > 0)
            {
                Take(firstRow, _pages.Read(page));
                firstRow += page.Values;
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _pages.Dispose();
        _decoder?.Dispose();
    }

    private void ParseDictionary()
    {
        TextEntries dictionary = _pages.Dictionary;
        if (_timeOfEntry.Length < dictionary.Count)
        {
            _timeOfEntry = new ParsedTime[dictionary.Count];
        }

        for (int i = 0; i < dictionary.Count; i++)
        {
            _timeOfEntry[i] = Parse(dictionary[i]);
        }
    }

    private void Take(int firstRow, in TextPage page)
    {
        TextEntries entries = page.UsesDictionary ? _pages.Dictionary : page.Plain;
        int next = 0;
        for (int i = 0; i < page.Rows; i++)
        {
            if (!page.Levels.IsEmpty && page.Levels[i] == 0)
            {
                _times!.Times[firstRow + i] = MeasurementBatch.MissingTime;
                continue;
            }

            int entry = !page.UsesDictionary ? next : page.Indexes.IsEmpty ? page.OnlyIndex : page.Indexes[next];
            next++;
            Set(firstRow + i, page.UsesDictionary ? _timeOfEntry[entry] : Parse(entries[entry]), entries[entry]);
        }
    }

    private ValueTask ReadDeltaAsync(ChunkInput chunk, CancellationToken cancellationToken)
    {
        _decoder ??= new ChunkDecoder<ReadOnlyMemory<byte>>(column.Element, new byte[1], new byte[1]);
        return _decoder.DecodeAsync(
            chunk.Bytes, chunk.Codec, chunk.Pages, this, static (TextTimeReader me, in ColumnSlice<ReadOnlyMemory<byte>> s) => me.TakeDelta(s), cancellationToken);
    }

    private void TakeDelta(in ColumnSlice<ReadOnlyMemory<byte>> slice)
    {
        int next = 0;
        for (int i = 0; i < slice.Rows; i++)
        {
            if (!slice.Levels.IsEmpty && slice.Levels[i] == 0)
            {
                _times!.Times[slice.FirstRow + i] = MeasurementBatch.MissingTime;
                continue;
            }

            ReadOnlySpan<byte> text = slice.Values[next++].Span;
            Set(slice.FirstRow + i, Parse(text), text);
        }
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
