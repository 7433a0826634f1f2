using System.Text;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>
/// Decodes ISO 8601 text. The unit of a row group is the coarsest that holds all its times exactly; text that is no time, or that no count of the unit
/// holds, is kept as it is.
/// </summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The room of the file.</param>
/// <param name="clock">The clock of the zone that times without an offset are in.</param>
internal sealed class TextTimeReader(SourceColumn column, PageBuffers buffers, LocalClock clock) : TimeReader
{
    /// <summary>No time takes as many bytes; of a longer text the beginning is kept.</summary>
    private const int MaxKeptBytes = 1_024;

    private readonly BytesPages _pages = new(column.Element, buffers);

    /// <summary>What each entry of the chunk's dictionary means, so that its text is read once.</summary>
    private ParsedTime[] _entryTimes = [];

    /// <inheritdoc/>
    public override void Read(in ColumnChunk chunk, DecodedTimes times, CancellationToken cancellationToken)
    {
        times.Unit = TimeUnit.Milliseconds;
        _pages.Begin(chunk);
        ReadOnlySpan<ParsedTime> entryTimes = ParseDictionary();
        int firstRow = 0;
        foreach (PageHeader page in chunk.Pages.Data)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Take(times, firstRow, _pages.Read(page), entryTimes);
            firstRow += page.Values;
        }
    }

    private ReadOnlySpan<ParsedTime> ParseDictionary()
    {
        BytesList dictionary = _pages.Dictionary;
        if (_entryTimes.Length < dictionary.Count)
        {
            _entryTimes = new ParsedTime[dictionary.Count];
        }

        Span<ParsedTime> times = _entryTimes.AsSpan(0, dictionary.Count);
        for (int i = 0; i < times.Length; i++)
        {
            // Rows share the text of an entry, however many there are.
            ParsedTime time = Parse(dictionary[i]);
            times[i] = time.Verdict == RejectionReason.None ? time : time with { Text = TextOf(dictionary[i]) };
        }

        return times;
    }

    private void Take(DecodedTimes times, int firstRow, in BytesPage page, ReadOnlySpan<ParsedTime> entryTimes)
    {
        BytesList texts = page.UsesDictionary ? _pages.Dictionary : page.Values;
        int next = 0;
        for (int row = 0; row < page.Rows; row++)
        {
            if (!page.Levels.IsEmpty && page.Levels[row] == 0)
            {
                times.Times[firstRow + row] = MeasurementBatch.MissingTime;
                continue;
            }

            int entry = !page.UsesDictionary ? next : page.Indexes.IsEmpty ? page.OnlyIndex : page.Indexes[next];
            Set(times, firstRow + row, page.UsesDictionary ? entryTimes[entry] : Parse(texts[entry]), texts[entry]);
            next++;
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

    private static void Set(DecodedTimes times, int row, in ParsedTime parsed, ReadOnlySpan<byte> text)
    {
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

        times.Refuse(row, verdict, parsed.Text ?? TextOf(text));
    }

    private static string TextOf(ReadOnlySpan<byte> text) =>
        text.Length <= MaxKeptBytes ? Encoding.UTF8.GetString(text) : Encoding.UTF8.GetString(text[..MaxKeptBytes]) + "…";

    private static TimeUnit UnitOf(int nanoseconds) =>
        nanoseconds % 1_000_000 == 0 ? TimeUnit.Milliseconds
        : nanoseconds % 1_000 == 0 ? TimeUnit.Microseconds
        : TimeUnit.Nanoseconds;

    private readonly record struct ParsedTime(long Seconds, int Nanoseconds, RejectionReason Verdict, string? Text = null);
}
