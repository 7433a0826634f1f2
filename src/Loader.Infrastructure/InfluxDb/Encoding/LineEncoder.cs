using System.Buffers;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Text;

namespace Loader.Infrastructure.InfluxDb.Encoding;

/// <summary>
/// Encodes rows as line protocol: <c>table,region=…,…[,version=…] value=…[,…] time</c>, one line a row, in pooled buffers.
/// </summary>
/// <remarks>
/// A line is a copy of the parts that its series and its row group have prepared, with a number and a time between them. Not thread-safe:
/// each worker has its own encoder. Line protocol: https://docs.influxdata.com/influxdb/v2/reference/syntax/line-protocol/.
/// </remarks>
/// <param name="format">The form of the lines.</param>
/// <param name="gzip">Whether requests are compressed.</param>
internal sealed class LineEncoder(LineFormat format, bool gzip) : IDisposable
{
    /// <summary>
    /// The maximum length of the lines of a request. Engine 3 accepts 10 MiB, before and after it inflates them
    /// (influxdb3_server/src/http.rs).
    /// </summary>
    public const int MaxLineBytes = 8 * 1024 * 1024;

    /// <summary>The lines that are compressed at a time, so that a request takes little more memory than its compressed body.</summary>
    private const int GzipChunkBytes = 128 * 1024;

    private const int VersionDigits = 19;

    private readonly byte[] _fingerprint = System.Text.Encoding.ASCII.GetBytes(format.Fingerprint[..LineFormat.FingerprintDigits]);
    private readonly PooledStream _compressed = new();
    private byte[] _lines = [];
    private long[] _times = [];
    private double[] _values = [];

    /// <summary>The maximum length of a line beside the parts of its series.</summary>
    private static int MaxRowBytes =>
        MaxVersionTag + " value="u8.Length + DoubleText.MaxBytes + MaxVersionField + IntegerText.MaxBytes + " \n"u8.Length;

    private static int MaxVersionTag => ",version="u8.Length + VersionDigits + 1 + LineFormat.FingerprintDigits;

    private static int MaxVersionField => ",version=i"u8.Length + IntegerText.MaxBytes;

    /// <summary>Encodes rows of a plan as one request.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="start">The position of the first row in <see cref="WritePlan.RowIndices"/>.</param>
    /// <param name="count">The number of rows, at least 1.</param>
    /// <returns>The request, with fewer rows if not all fit into one.</returns>
    public EncodedLines Encode(WritePlan<PreparedLine> plan, int start, int count)
    {
        count = CountFitting(plan, start, start + count, MaxLineBytes);
        GatherColumns(plan.Batch, plan.RowIndices.Slice(start, count));
        LinePrecision precision = LinePrecision.Find(plan.Batch.TimeUnit, _times.AsSpan(0, count));
        ReadOnlyMemory<byte> body = gzip ? EncodeCompressed(plan, start, count, precision) : EncodePlain(plan, start, count, precision);
        return new EncodedLines(body, precision, count);
    }

    /// <summary>Returns the text of one line, without the line feed, as a request with only this row has it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="position">The position of the row in <see cref="WritePlan.RowIndices"/>.</param>
    /// <param name="precision">The precision of the request.</param>
    /// <returns>The line.</returns>
    public string LineAt(WritePlan<PreparedLine> plan, int position, LinePrecision precision)
    {
        GatherColumns(plan.Batch, plan.RowIndices.Slice(position, 1));
        Reserve(MaxBytes(plan, position, position + 1));
        int length = WriteRows(plan, position, 1, position, precision);
        return System.Text.Encoding.UTF8.GetString(_lines.AsSpan(0, length - 1));
    }

    /// <summary>Returns the buffers to the pool. The body of the last request is not valid after that.</summary>
    public void ReleaseBuffers()
    {
        _compressed.Release();
        if (_lines.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_lines);
            _lines = [];
        }

        if (_times.Length > 0)
        {
            ArrayPool<long>.Shared.Return(_times);
            ArrayPool<double>.Shared.Return(_values);
            (_times, _values) = ([], []);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        ReleaseBuffers();
        _compressed.Dispose();
    }

    private ReadOnlyMemory<byte> EncodePlain(WritePlan<PreparedLine> plan, int start, int count, LinePrecision precision)
    {
        Reserve(MaxBytes(plan, start, start + count));
        return _lines.AsMemory(0, WriteRows(plan, start, count, start, precision));
    }

    private ReadOnlyMemory<byte> EncodeCompressed(WritePlan<PreparedLine> plan, int start, int count, LinePrecision precision)
    {
        _compressed.Clear();
        using (var compressor = new GZipStream(_compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            int end = start + count;
            for (int from = start; from < end;)
            {
                int rows = CountFitting(plan, from, end, GzipChunkBytes);
                Reserve(MaxBytes(plan, from, from + rows));
                compressor.Write(_lines.AsSpan(0, WriteRows(plan, from, rows, start, precision)));
                from += rows;
            }
        }

        return _compressed.Written;
    }

    /// <summary>Returns how many of the rows fit into a number of bytes, at least one.</summary>
    private static int CountFitting(WritePlan<PreparedLine> plan, int start, int end, int bytes)
    {
        long left = bytes;
        for (int run = plan.RunAt(start), from = start; from < end; run++)
        {
            int to = Math.Min(plan.RunEnds[run], end);
            int rowBytes = MaxBytes(plan, run);
            if ((long)rowBytes * (to - from) > left)
            {
                return Math.Max(1, from - start + (int)(left / rowBytes));
            }

            left -= (long)rowBytes * (to - from);
            from = to;
        }

        return end - start;
    }

    private static int MaxBytes(WritePlan<PreparedLine> plan, int start, int end)
    {
        int bytes = 0;
        for (int run = plan.RunAt(start), from = start; from < end; run++)
        {
            int to = Math.Min(plan.RunEnds[run], end);
            bytes += MaxBytes(plan, run) * (to - from);
            from = to;
        }

        return bytes;
    }

    private static int MaxBytes(WritePlan<PreparedLine> plan, int run)
    {
        PreparedLine series = plan.PreparedSeries[plan.RunSeriesIds[run]];
        return series.Series.Length + series.Fields.Length + MaxRowBytes;
    }

    /// <summary>
    /// Copies times and values into contiguous arrays. Sorted rows are far apart in the columns, so every access is a cache miss. In this
    /// short loop the processor overlaps the misses; in the encoding loop it would wait for each.
    /// </summary>
    private void GatherColumns(MeasurementBatch batch, ReadOnlySpan<int> rowIndices)
    {
        if (_times.Length < rowIndices.Length || _values.Length < rowIndices.Length)
        {
            ReleaseBuffers();
            _times = ArrayPool<long>.Shared.Rent(rowIndices.Length);
            _values = ArrayPool<double>.Shared.Rent(rowIndices.Length);
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
        if (_lines.Length < bytes)
        {
            if (_lines.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_lines);
            }

            _lines = ArrayPool<byte>.Shared.Rent(bytes);
        }
    }

    /// <summary>Writes lines to the beginning of the buffer, which is large enough for the longest possible ones.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="start">The position of the first row to write.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="gathered">The position of the first row of which times and values were gathered.</param>
    /// <param name="precision">The unit of the times.</param>
    /// <returns>The number of bytes written.</returns>
    private int WriteRows(WritePlan<PreparedLine> plan, int start, int count, int gathered, LinePrecision precision)
    {
        MeasurementBatch batch = plan.Batch;
        Span<byte> head = stackalloc byte[MaxVersionTag + 1 + LineFormat.ValueName.Length + 1];
        Span<byte> tail = stackalloc byte[MaxVersionField];
        bool hasOneVersion = format.Layout == InfluxDbLayout.Plain || batch.Versions.IsEmpty;
        head = head[..(hasOneVersion ? WriteHead(batch.Version, head) : 0)];
        tail = tail[..(hasOneVersion ? WriteTail(batch.Version, tail) : 0)];
        int end = start + count;
        int position = 0;
        for (int run = plan.RunAt(start), from = start; from < end; run++)
        {
            int to = Math.Min(plan.RunEnds[run], end);
            PreparedLine series = plan.PreparedSeries[plan.RunSeriesIds[run]];
            long divisor = batch.TimeUnit.PerSecond() / precision.PerSecond;
            if (hasOneVersion)
            {
                position = WriteRun(series, head, tail, from - gathered, to - from, divisor, position);
            }
            else
            {
                for (int at = from; at < to; at++)
                {
                    position = WriteReplayedRow(series, batch.VersionOf(plan.RowIndices[at]), at - gathered, divisor, position);
                }
            }

            from = to;
        }

        return position;
    }

    /// <summary>Writes the lines of one series. What precedes the value is written once; the other lines copy it.</summary>
    private int WriteRun(
        PreparedLine series, ReadOnlySpan<byte> head, ReadOnlySpan<byte> tail, int offset, int count, long divisor, int position)
    {
        ReadOnlySpan<long> times = _times.AsSpan(offset, count);
        ReadOnlySpan<double> values = _values.AsSpan(offset, count);
        ReadOnlySpan<byte> fields = series.Fields;
        ref byte first = ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_lines), position);
        ref byte at = ref Append(head, ref Append(series.Series, ref first));
        uint prefixLength = (uint)Unsafe.ByteOffset(ref first, ref at);
        for (int i = 0; i < times.Length; i++)
        {
            if (i > 0)
            {
                Unsafe.CopyBlockUnaligned(ref at, ref first, prefixLength);
                at = ref Unsafe.Add(ref at, prefixLength);
            }

            at = ref Unsafe.Add(ref at, DoubleText.Write(ref at, values[i]));
            at = ref Append(tail, ref Append(fields, ref at));
            at = (byte)' ';
            at = ref Unsafe.Add(ref at, 1);
            long time = times[i];
            at = ref Unsafe.Add(ref at, IntegerText.Write(ref at, divisor == 1 ? time : divisor == 1_000 ? time / 1_000 : time / divisor));
            at = (byte)'\n';
            at = ref Unsafe.Add(ref at, 1);
        }

        return position + (int)Unsafe.ByteOffset(ref first, ref at);
    }

    /// <summary>Writes one row of a file of kept rows, each of which has a version of its own.</summary>
    private int WriteReplayedRow(PreparedLine series, long version, int offset, long divisor, int position)
    {
        Span<byte> head = stackalloc byte[MaxVersionTag + 1 + LineFormat.ValueName.Length + 1];
        Span<byte> tail = stackalloc byte[MaxVersionField];
        return WriteRun(series, head[..WriteHead(version, head)], tail[..WriteTail(version, tail)], offset, 1, divisor, position);
    }

    /// <summary>Writes what stands between the tags of the series and the value.</summary>
    private int WriteHead(long version, Span<byte> destination)
    {
        int length = 0;
        if (format.Layout == InfluxDbLayout.Versions)
        {
            ",version="u8.CopyTo(destination);
            length = ",version="u8.Length;
            version.TryFormat(destination[length..], out int digits, "D19", provider: null);
            length += digits;
            destination[length++] = (byte)'-';
            _fingerprint.CopyTo(destination[length..]);
            length += _fingerprint.Length;
        }

        " value="u8.CopyTo(destination[length..]);
        return length + " value="u8.Length;
    }

    /// <summary>Writes what stands between the fields of the series and the time.</summary>
    private int WriteTail(long version, Span<byte> destination)
    {
        if (format.Layout != InfluxDbLayout.Overwrite)
        {
            return 0;
        }

        ",version="u8.CopyTo(destination);
        int length = ",version="u8.Length;
        version.TryFormat(destination[length..], out int digits, format: default, provider: null);
        length += digits;
        destination[length++] = (byte)'i';
        return length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte Append(ReadOnlySpan<byte> text, ref byte at)
    {
        text.CopyTo(MemoryMarshal.CreateSpan(ref at, text.Length));
        return ref Unsafe.Add(ref at, text.Length);
    }
}

/// <summary>The body of one request.</summary>
/// <param name="Body">The body; valid until the encoder's next call.</param>
/// <param name="Precision">The unit of its times.</param>
/// <param name="Count">The number of lines.</param>
internal readonly record struct EncodedLines(ReadOnlyMemory<byte> Body, LinePrecision Precision, int Count);
