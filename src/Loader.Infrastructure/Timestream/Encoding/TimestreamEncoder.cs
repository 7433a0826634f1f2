using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using Loader.Domain;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Text;
using Loader.Infrastructure.Timestream.Planning;

namespace Loader.Infrastructure.Timestream.Encoding;

/// <summary>Encodes WriteRecords request bodies as UTF-8 JSON in a pooled buffer that is reused for every request.</summary>
/// <remarks>
/// Everything that all records of a request share is written once, in <c>CommonAttributes</c>: measure name and type, time unit, version,
/// and the dimensions with equal values. Not thread-safe: each request worker has its own encoder.
/// </remarks>
internal sealed class TimestreamEncoder : IDisposable
{
    /// <summary>The maximum length of the common attributes without their dimensions, and of the punctuation around the records.</summary>
    private const int MaxCommonBytes = 256;

    /// <summary>The maximum length of a record without its dimensions: names and punctuation, time, value and version.</summary>
    private const int MaxRecordBytes = 96 + IntegerText.MaxBytes + DoubleText.MaxBytes + IntegerText.MaxBytes;

    private readonly byte[] _opening;
    private byte[] _buffer = [];
    private long[] _times = [];
    private double[] _values = [];

    /// <summary>Initializes a new instance of the <see cref="TimestreamEncoder"/> class.</summary>
    /// <param name="databaseName">The database.</param>
    /// <param name="tableName">The table.</param>
    public TimestreamEncoder(string databaseName, string tableName)
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
    /// <param name="start">The position of the slice's first row in <see cref="WritePlan.RowIndices"/>.</param>
    /// <param name="count">The number of rows in the slice, at least 1.</param>
    /// <returns>The request.</returns>
    public EncodedRequest Encode(WritePlan<PreparedSeries> plan, int start, int count)
    {
        GatherColumns(plan.Batch, plan.RowIndices.Slice(start, count));
        int firstRun = plan.RunAt(start);
        SharedAttributes shared = SharedAttributes.Find(plan, firstRun, start, _times.AsSpan(0, count));
        Reserve(_opening.Length + MaxCommonBytes + (count * MaxRecordBytes) + shared.MaxDimensionBytes);

        int position = WriteOpening(plan.PreparedSeries[plan.RunSeriesIds[firstRun]], shared);
        position = WriteRecords(plan, firstRun, start, count, shared, position);
        "]}"u8.CopyTo(_buffer.AsSpan(position));
        return new EncodedRequest(
            _buffer.AsMemory(0, position + 2),
            RecordMetering.WriteUnits(shared.MeteredBytes),
            RecordMetering.WriteUnits(shared.PlainBytes));
    }

    /// <inheritdoc/>
    public void Dispose() => ReleaseBuffer();

    /// <summary>Returns the buffer to the pool. The body of the last request is not valid after that.</summary>
    public void ReleaseBuffer()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }

    /// <summary>
    /// Copies the times and values of a slice into contiguous arrays. Sorted rows are far apart in the columns, so every access is a cache
    /// miss. In this short loop the processor overlaps the misses; in the encoding loop it would wait for each.
    /// </summary>
    private void GatherColumns(MeasurementBatch batch, ReadOnlySpan<int> rowIndices)
    {
        if (_times.Length < rowIndices.Length)
        {
            _times = new long[rowIndices.Length];
            _values = new double[rowIndices.Length];
        }

        ReadOnlySpan<long> times = batch.Times;
        ReadOnlySpan<double> values = batch.Values;
        Span<long> gatheredTimes = _times.AsSpan(0, rowIndices.Length);
        Span<double> gatheredValues = _values.AsSpan(0, rowIndices.Length);
        for (int i = 0; i < rowIndices.Length; i++)
        {
            int row = rowIndices[i];
            gatheredTimes[i] = times[row];
            gatheredValues[i] = values[row];
        }
    }

    private void Reserve(int bytes)
    {
        if (_buffer.Length < bytes)
        {
            ReleaseBuffer();
            _buffer = ArrayPool<byte>.Shared.Rent(bytes);
        }
    }

    private int WriteOpening(PreparedSeries first, in SharedAttributes shared)
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

    private int WriteRecords(WritePlan<PreparedSeries> plan, int firstRun, int start, int count, in SharedAttributes shared, int position)
    {
        int end = start + count;
        for (int run = firstRun, from = start; from < end; run++)
        {
            int to = Math.Min(plan.RunEnds[run], end);
            int prefix = position;
            position = WriteRecordPrefix(plan.PreparedSeries[plan.RunSeriesIds[run]], shared.Slots, _buffer, position);
            position = WriteRun(plan.Batch, plan.RowIndices[from..to], from - start, shared, position - prefix, position);
            from = to;
        }

        // Drops the comma after the last record.
        return position - 1;
    }

    /// <summary>
    /// Writes the records of one series. The prefix of the first record is already in the buffer; the other records copy it. The loop
    /// writes without bounds checks: <see cref="Reserve"/> has made room for the longest possible records.
    /// </summary>
    private int WriteRun(
        MeasurementBatch batch, ReadOnlySpan<int> rowIndices, int offset, in SharedAttributes shared, int prefixLength, int position)
    {
        ReadOnlySpan<long> times = _times.AsSpan(offset, rowIndices.Length);
        ReadOnlySpan<double> values = _values.AsSpan(offset, rowIndices.Length);
        long divisor = shared.Divisor;
        bool hasOneVersion = shared.HasOneVersion;
        ref byte at = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_buffer), position);
        ref byte prefix = ref Unsafe.Subtract(ref at, prefixLength);
        ref byte first = ref at;
        for (int i = 0; i < rowIndices.Length; i++)
        {
            if (i > 0)
            {
                Unsafe.CopyBlockUnaligned(ref at, ref prefix, (uint)prefixLength);
                at = ref Unsafe.Add(ref at, prefixLength);
            }

            long time = times[i];
            at = ref Unsafe.Add(ref at, IntegerText.Write(ref at, divisor == 1 ? time : time / divisor));
            at = ref Append("\",\"MeasureValue\":\""u8, ref at);
            at = ref Unsafe.Add(ref at, DoubleText.Write(ref at, values[i]));
            at = ref hasOneVersion ? ref Append("\"},"u8, ref at) : ref AppendVersion(batch.VersionOf(rowIndices[i]), ref at);
        }

        return position + (int)Unsafe.ByteOffset(ref first, ref at);
    }

    private static ref byte AppendVersion(long version, ref byte at)
    {
        at = ref Append("\",\"Version\":"u8, ref at);
        at = ref Unsafe.Add(ref at, IntegerText.Write(ref at, version));
        return ref Append("},"u8, ref at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte Append(ReadOnlySpan<byte> text, ref byte at)
    {
        text.CopyTo(MemoryMarshal.CreateSpan(ref at, text.Length));
        return ref Unsafe.Add(ref at, text.Length);
    }

    private static int WriteRecordPrefix(PreparedSeries series, uint sharedSlots, Span<byte> buffer, int position)
    {
        uint unsharedSlots = series.Present & ~sharedSlots;
        if (unsharedSlots == 0)
        {
            return Append("{\"Time\":\""u8, buffer, position);
        }

        position = Append("{\"Dimensions\":["u8, buffer, position);
        position += series.WriteDimensions(unsharedSlots, buffer[position..]);
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
}

/// <summary>The body of one WriteRecords request.</summary>
/// <param name="Body">The body; valid until the encoder's next call.</param>
/// <param name="WriteUnits">The write units that the service meters for the request.</param>
/// <param name="WriteUnitsPlain">The write units that it would meter without common attributes.</param>
internal readonly record struct EncodedRequest(ReadOnlyMemory<byte> Body, long WriteUnits, long WriteUnitsPlain);
