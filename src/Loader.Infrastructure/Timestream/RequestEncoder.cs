using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Loader.Domain;

namespace Loader.Infrastructure.Timestream;

/// <summary>Writes the bodies of WriteRecords requests: straight to UTF-8, into one pooled buffer that is used again.</summary>
/// <remarks>
/// What all records of a request share stands once, in its common attributes: measure name and type, time unit, version, and every dimension that
/// does not vary. Not safe for concurrent use: each lane of requests has its own.
/// </remarks>
internal sealed class RequestEncoder : IDisposable
{
    /// <summary>Everything in a record besides its dimensions, at its longest: names and punctuation, time, value and version.</summary>
    private const int MaxRecordBytes = 96 + DigitText.MaxBytes + DoubleText.MaxBytes + DigitText.MaxBytes;

    private readonly byte[] _opening;
    private byte[] _buffer = [];
    private long[] _times = [];
    private double[] _values = [];

    /// <summary>Initializes a new instance of the <see cref="RequestEncoder"/> class.</summary>
    /// <param name="databaseName">The database.</param>
    /// <param name="tableName">The table.</param>
    public RequestEncoder(string databaseName, string tableName)
    {
        var opening = new MemoryStream();
        opening.Write("{\"DatabaseName\":\""u8);
        opening.Write(JsonEncodedText.Encode(databaseName, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        opening.Write("\",\"TableName\":\""u8);
        opening.Write(JsonEncodedText.Encode(tableName, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        opening.Write("\",\"CommonAttributes\":{"u8);
        _opening = opening.ToArray();
    }

    /// <summary>Encodes a slice of a plan as one request.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="start">The slice's first place in the plan.</param>
    /// <param name="count">The rows in the slice, at least one.</param>
    /// <returns>The request.</returns>
    public EncodedRequest Encode(WritePlan plan, int start, int count)
    {
        Gather(plan.Batch, plan.Rows.Slice(start, count));
        int firstRun = plan.RunAt(start);
        Shared shared = Survey(plan, firstRun, start, count);
        Reserve(shared.MaxBytes);

        int position = WriteOpening(plan.Series[plan.RunSeries[firstRun]], shared);
        position = WriteRecords(plan, firstRun, start, count, shared, position);
        "]}"u8.CopyTo(_buffer.AsSpan(position));
        return new EncodedRequest(
            _buffer.AsMemory(0, position + 2), RecordLayout.WriteUnits(shared.MeteredBytes), RecordLayout.WriteUnits(shared.PlainBytes));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    /// <summary>
    /// Copies the times and values of a slice side by side. Ordered rows lie far apart in the columns; a loop that does nothing but fetch them waits for
    /// many at once, where the encoding loop would wait for each.
    /// </summary>
    private void Gather(MeasurementBatch batch, ReadOnlySpan<int> rows)
    {
        if (_times.Length < rows.Length)
        {
            _times = new long[rows.Length];
            _values = new double[rows.Length];
        }

        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        Span<long> ownTimes = _times.AsSpan(0, rows.Length);
        Span<double> ownValues = _values.AsSpan(0, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            int row = rows[i];
            ownTimes[i] = times[row];
            ownValues[i] = values[row];
        }
    }

    /// <summary>Looks at the series of a slice, not at its rows: what they share, and how large the request can get.</summary>
    private Shared Survey(WritePlan plan, int firstRun, int start, int count)
    {
        PreparedSeries first = plan.Series[plan.RunSeries[firstRun]];
        ReadOnlySpan<int> rows = plan.Rows.Slice(start, count);
        var shared = new Shared
        {
            Slots = first.Present,
            MaxBytes = _opening.Length + 256 + first.MaxBytes + (count * MaxRecordBytes),
            Divisor = DivisorOf(plan.Batch.TimeUnit, _times.AsSpan(0, count), out TimeUnit unit),
            TimeUnit = unit,
            HasOneVersion = HasOneVersion(plan.Batch.Versions, rows),
            Version = plan.Batch.VersionOf(rows[0]),
        };

        int end = start + count;
        for (int run = firstRun, from = start; from < end; run++)
        {
            PreparedSeries series = plan.Series[plan.RunSeries[run]];
            for (int slot = 0; slot < SeriesTable.MaxSlots; slot++)
            {
                if (series.ValueIds[slot] != first.ValueIds[slot])
                {
                    shared.Slots &= ~(1u << slot);
                }
            }

            from = plan.RunEnds[run];
        }

        shared.MeteredBytes = first.Metered(shared.Slots) + RecordLayout.MeasureNameBytes;
        for (int run = firstRun, from = start; from < end; run++)
        {
            PreparedSeries series = plan.Series[plan.RunSeries[run]];
            int to = Math.Min(plan.RunEnds[run], end);
            int ofRun = to - from;
            shared.MaxBytes += ofRun * series.MaxBytes;
            shared.MeteredBytes += ofRun * (RecordLayout.TimeBytes + RecordLayout.ValueBytes + series.Metered(series.Present & ~shared.Slots));
            shared.PlainBytes += ofRun * (RecordLayout.FixedBytes + series.Series.DimensionBytes);
            from = to;
        }

        return shared;
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length < bytes)
        {
            Dispose();
            _buffer = ArrayPool<byte>.Shared.Rent(bytes);
        }
    }

    private int WriteOpening(PreparedSeries first, in Shared shared)
    {
        Span<byte> buffer = _buffer;
        int position = Append(_opening, buffer, 0);
        if (shared.Slots != 0)
        {
            position = Append("\"Dimensions\":["u8, buffer, position);
            position += first.WriteDimensions(shared.Slots, buffer[position..]);
            position = Append("],"u8, buffer, position);
        }

        position = Append("\"MeasureName\":\"value\",\"MeasureValueType\":\"DOUBLE\",\"TimeUnit\":\""u8, buffer, position);
        position = Append(NameOf(shared.TimeUnit), buffer, position);
        position = Append("\""u8, buffer, position);
        if (shared.HasOneVersion)
        {
            position = Append(",\"Version\":"u8, buffer, position);
            position = Append(shared.Version, buffer, position);
        }

        return Append("},\"Records\":["u8, buffer, position);
    }

    private int WriteRecords(WritePlan plan, int firstRun, int start, int count, in Shared shared, int position)
    {
        int end = start + count;
        for (int run = firstRun, from = start; from < end; run++)
        {
            int to = Math.Min(plan.RunEnds[run], end);
            int beginning = position;
            position = WriteBeginning(plan.Series[plan.RunSeries[run]], shared.Slots, _buffer, position);
            position = WriteRun(plan.Batch, plan.Rows[from..to], from - start, shared, position - beginning, position);
            from = to;
        }

        // The last record has no comma after it.
        return position - 1;
    }

    /// <summary>
    /// Writes the records of one series. The beginning of the first is there already, and the others copy theirs from it. The loop writes without bounds
    /// checks: <see cref="Reserve"/> made room for the longest record that each row can give.
    /// </summary>
    private int WriteRun(MeasurementBatch batch, ReadOnlySpan<int> rows, int offset, in Shared shared, int beginningLength, int position)
    {
        ReadOnlySpan<long> times = _times.AsSpan(offset, rows.Length);
        ReadOnlySpan<double> values = _values.AsSpan(offset, rows.Length);
        long divisor = shared.Divisor;
        bool hasOneVersion = shared.HasOneVersion;
        ref byte at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), position);
        ref byte beginning = ref Unsafe.Subtract(ref at, beginningLength);
        ref byte first = ref at;
        for (int i = 0; i < rows.Length; i++)
        {
            if (i > 0)
            {
                Unsafe.CopyBlockUnaligned(ref at, ref beginning, (uint)beginningLength);
                at = ref Unsafe.Add(ref at, beginningLength);
            }

            long time = times[i];
            at = ref Unsafe.Add(ref at, DigitText.Write(ref at, divisor == 1 ? time : time / divisor));
            at = ref Append("\",\"MeasureValue\":\""u8, ref at);
            at = ref Unsafe.Add(ref at, DoubleText.Write(ref at, values[i]));
            at = ref hasOneVersion ? ref Append("\"},"u8, ref at) : ref AppendVersion(batch.VersionOf(rows[i]), ref at);
        }

        return position + (int)Unsafe.ByteOffset(ref first, ref at);
    }

    private static ref byte AppendVersion(long version, ref byte at)
    {
        at = ref Append("\",\"Version\":"u8, ref at);
        at = ref Unsafe.Add(ref at, DigitText.Write(ref at, version));
        return ref Append("},"u8, ref at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte Append(ReadOnlySpan<byte> text, ref byte at)
    {
        text.CopyTo(MemoryMarshal.CreateSpan(ref at, text.Length));
        return ref Unsafe.Add(ref at, text.Length);
    }

    private static int WriteBeginning(PreparedSeries series, uint sharedSlots, Span<byte> buffer, int position)
    {
        uint own = series.Present & ~sharedSlots;
        if (own == 0)
        {
            return Append("{\"Time\":\""u8, buffer, position);
        }

        position = Append("{\"Dimensions\":["u8, buffer, position);
        position += series.WriteDimensions(own, buffer[position..]);
        return Append("],\"Time\":\""u8, buffer, position);
    }

    private static int Append(ReadOnlySpan<byte> text, Span<byte> buffer, int position)
    {
        text.CopyTo(buffer[position..]);
        return position + text.Length;
    }

    private static int Append(long number, Span<byte> buffer, int position)
    {
        Utf8Formatter.TryFormat(number, buffer[position..], out int written);
        return position + written;
    }

    private static ReadOnlySpan<byte> NameOf(TimeUnit unit) => unit switch
    {
        TimeUnit.Milliseconds => "MILLISECONDS"u8,
        TimeUnit.Microseconds => "MICROSECONDS"u8,
        _ => "NANOSECONDS"u8,
    };

    /// <summary>Finds the coarsest unit that holds the times of a request exactly.</summary>
    private static long DivisorOf(TimeUnit own, ReadOnlySpan<long> times, out TimeUnit unit)
    {
        for (unit = TimeUnit.Milliseconds; unit < own; unit++)
        {
            long divisor = own.PerSecond() / unit.PerSecond();
            if (AllDivisible(times, divisor))
            {
                return divisor;
            }
        }

        return 1;
    }

    private static bool AllDivisible(ReadOnlySpan<long> times, long divisor)
    {
        foreach (long time in times)
        {
            if (time % divisor != 0)
            {
                return false;
            }
        }

        return true;
    }

    private static bool HasOneVersion(ReadOnlySpan<long> versions, ReadOnlySpan<int> rows)
    {
        if (versions.IsEmpty)
        {
            return true;
        }

        long first = versions[rows[0]];
        foreach (int row in rows)
        {
            if (versions[row] != first)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>What the records of a request have in common, and the request's size.</summary>
    private struct Shared
    {
        public uint Slots;
        public int MaxBytes;
        public long Divisor;
        public TimeUnit TimeUnit;
        public bool HasOneVersion;
        public long Version;
        public long MeteredBytes;
        public long PlainBytes;
    }
}
