using System.Buffers;
using System.Text;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Columns;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>
/// Reads times that are text. The unit of a row group is the coarsest that represents all its times exactly. Text that is not a time, or is
/// out of range, is kept unchanged.
/// </summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="clock">The clock of the zone of times without an offset.</param>
internal abstract class TextTimeReader(SchemaColumn column, ColumnBuffers buffers, LocalClock clock) : TimeReader
{
    /// <summary>The number of bytes that are kept of a text. No time is longer.</summary>
    private const int MaxKeptBytes = 1_024;

    private readonly ByteArrayColumnReader _reader = new(column.Element, buffers.Pages);

    /// <summary>The parsed entries of the chunk's dictionary, so that each text is parsed once.</summary>
    private ParsedTime[] _entries = [];

    /// <inheritdoc/>
    public override void Read(ColumnChunk chunk, DecodedTimes times, CancellationToken cancellationToken)
    {
        times.Unit = TimeUnit.Milliseconds;
        _reader.Open(chunk);
        ReadOnlySpan<ParsedTime> entries = ParseDictionary();
        while (_reader.TryReadPage(out ByteArrayPage page))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Append(times, page, entries);
        }
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The text in UTF-8.</param>
    /// <param name="time">Receives the time.</param>
    /// <returns>Whether the text is a time.</returns>
    protected abstract bool TryParse(ReadOnlySpan<byte> text, out IsoTime time);

    /// <summary>Returns whether a text that could be read has a time of day, and is not only a date.</summary>
    /// <param name="text">The text in UTF-8.</param>
    protected abstract bool HasTimeOfDay(ReadOnlySpan<byte> text);

    private ReadOnlySpan<ParsedTime> ParseDictionary()
    {
        ByteArrayList dictionary = _reader.Dictionary;
        if (_entries.Length < dictionary.Count)
        {
            _entries = new ParsedTime[dictionary.Count];
        }

        Span<ParsedTime> entries = _entries.AsSpan(0, dictionary.Count);
        for (int i = 0; i < entries.Length; i++)
        {
            // All rows with this entry share its text.
            ParsedTime time = Parse(dictionary[i]);
            entries[i] = time.IsPlain ? time : time with { Text = KeepText(dictionary[i]) };
        }

        return entries;
    }

    private void Append(DecodedTimes times, in ByteArrayPage page, ReadOnlySpan<ParsedTime> entries)
    {
        ByteArrayList texts = page.UsesDictionary ? _reader.Dictionary : page.Values;
        int next = 0;
        for (int row = 0; row < page.RowCount; row++)
        {
            if (!page.DefinitionLevels.IsEmpty && page.DefinitionLevels[row] == 0)
            {
                times.Times[page.FirstRow + row] = MeasurementBatch.MissingTime;
                continue;
            }

            int entry = !page.UsesDictionary ? next : page.Indexes.IsEmpty ? page.RepeatedIndex : page.Indexes[next];
            Set(times, page.FirstRow + row, page.UsesDictionary ? entries[entry] : Parse(texts[entry]), texts[entry]);
            next++;
        }
    }

    private ParsedTime Parse(ReadOnlySpan<byte> text)
    {
        if (!TryParse(text, out IsoTime time))
        {
            return new ParsedTime { Reason = RejectionReason.UnreadableTime };
        }

        var parsed = new ParsedTime { Seconds = time.Seconds, Nanoseconds = time.Nanoseconds, HasOffset = time.HasOffset };
        if (time.HasOffset || clock.IsUtc)
        {
            return parsed;
        }

        if (!clock.TryGetOffset(time.Seconds, out int offset, out Overlap? near))
        {
            return new ParsedTime { Reason = RejectionReason.NonexistentLocalTime };
        }

        // A day without a time of day begins once, even if its first hour occurs twice.
        bool isAmbiguous = near is not null && near.Contains(time.Seconds) && HasTimeOfDay(text);
        return parsed with { Seconds = time.Seconds - offset, Near = near, IsAmbiguous = isAmbiguous };
    }

    private static void Set(DecodedTimes times, int row, in ParsedTime parsed, ReadOnlySpan<byte> text)
    {
        RejectionReason reason = parsed.Reason == RejectionReason.None && !parsed.HasOffset ? times.MissingOffsetOf(row) : parsed.Reason;
        if (reason == RejectionReason.None)
        {
            TimeUnit unit = CoarsestUnit(parsed.Nanoseconds);
            if (unit > times.Unit)
            {
                times.ChangeUnit(unit, row);
            }

            long perSecond = times.Unit.PerSecond();
            Int128 time = ((Int128)parsed.Seconds * perSecond) + (parsed.Nanoseconds / (1_000_000_000 / perSecond));
            if (time > long.MinValue && time <= long.MaxValue)
            {
                times.Times[row] = (long)time;
                if (parsed.Near is { } near)
                {
                    string? kept = parsed.IsAmbiguous ? parsed.Text ?? KeepText(text) : null;
                    times.Note(new OverlapRow(row, near, parsed.IsAmbiguous, kept));
                }

                return;
            }

            reason = RejectionReason.TimeOutOfRange;
        }

        times.Reject(row, reason, parsed.Text ?? KeepText(text));
    }

    private static string KeepText(ReadOnlySpan<byte> text) =>
        text.Length <= MaxKeptBytes ? Encoding.UTF8.GetString(text) : Encoding.UTF8.GetString(text[..MaxKeptBytes]) + "…";

    private static TimeUnit CoarsestUnit(int nanoseconds) =>
        nanoseconds % 1_000_000 == 0 ? TimeUnit.Milliseconds
        : nanoseconds % 1_000 == 0 ? TimeUnit.Microseconds
        : TimeUnit.Nanoseconds;

    private readonly record struct ParsedTime
    {
        public long Seconds { get; init; }

        public int Nanoseconds { get; init; }

        public bool HasOffset { get; init; }

        /// <summary>Gets whether the time is local and occurs twice.</summary>
        public bool IsAmbiguous { get; init; }

        public RejectionReason Reason { get; init; }

        /// <summary>Gets the overlap that a local time is in or near to.</summary>
        public Overlap? Near { get; init; }

        public string? Text { get; init; }

        /// <summary>Gets whether the text need not be kept.</summary>
        public bool IsPlain => Reason == RejectionReason.None && !IsAmbiguous;
    }
}

/// <summary>Reads times in ISO 8601.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="clock">The clock of the zone of times without an offset.</param>
internal sealed class IsoTimeReader(SchemaColumn column, ColumnBuffers buffers, LocalClock clock) : TextTimeReader(column, buffers, clock)
{
    /// <summary>The characters that separate a date from a time of day.</summary>
    private static readonly SearchValues<byte> TimeMarks = SearchValues.Create("Tt "u8);

    /// <inheritdoc/>
    protected override bool TryParse(ReadOnlySpan<byte> text, out IsoTime time) => IsoTime.TryParse(text, out time);

    /// <inheritdoc/>
    protected override bool HasTimeOfDay(ReadOnlySpan<byte> text) => text.Trim((byte)' ').ContainsAny(TimeMarks);
}

/// <summary>Reads times in the formats of a mapping.</summary>
/// <param name="column">The column.</param>
/// <param name="buffers">The buffers of the file.</param>
/// <param name="clock">The clock of the zone of times without an offset.</param>
/// <param name="formats">The formats.</param>
internal sealed class FormattedTimeReader(SchemaColumn column, ColumnBuffers buffers, LocalClock clock, TimeFormats formats)
    : TextTimeReader(column, buffers, clock)
{
    /// <inheritdoc/>
    protected override bool TryParse(ReadOnlySpan<byte> text, out IsoTime time) => formats.TryParse(text, out time);

    /// <inheritdoc/>
    protected override bool HasTimeOfDay(ReadOnlySpan<byte> text) => formats.HaveTimeOfDay;
}
