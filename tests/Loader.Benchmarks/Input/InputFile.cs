using Loader.Domain;
using ParquetSharp;

namespace Loader.Benchmarks.Input;

/// <summary>
/// Writes Parquet files as pandas and awswrangler write them, with Apache Arrow's C++ writer: snappy, dictionaries, every column optional, times in nanoseconds
/// without a zone, and a column that the loader has to pass by.
/// </summary>
/// <remarks>Values are those of a load that follows the day, to the kilowatt. One flag in 25 is null and one in 50 is another than the rest.</remarks>
internal sealed class InputFile
{
    private const long FirstNanoseconds = 1_546_300_800_000_000_000; // 2019-01-01T00:00:00Z
    private const int MinutesPerDay = 1440;

    private readonly InputShape _shape;
    private readonly ByteArray[] _regions;
    private readonly ByteArray[] _subjects;
    private readonly double[] _day = new double[MinutesPerDay];
    private readonly ByteArray _unit = Text("MW");
    private readonly ByteArray _measurementType;
    private readonly ByteArray _good = Text("good");
    private readonly ByteArray _estimated = Text("estimated");
    private readonly ByteArray _origin = Text("s3://raw/power/2019/minutes.csv");
    private readonly short[] _levels;
    private readonly long[] _times;
    private readonly double[] _values;
    private readonly ByteArray[] _texts;

    private InputFile(InputShape shape, int rowsPerRowGroup)
    {
        _shape = shape;
        _regions = [.. shape.Series.Select(series => Text(series.Region))];
        _subjects = [.. shape.Series.Select(series => Text(series.Subject))];
        _measurementType = Text(shape.MeasurementType);
        _levels = new short[rowsPerRowGroup];
        _times = new long[rowsPerRowGroup];
        _values = new double[rowsPerRowGroup];
        _texts = new ByteArray[rowsPerRowGroup];
        for (int minute = 0; minute < MinutesPerDay; minute++)
        {
            _day[minute] = 0.65 + (0.25 * Math.Sin((minute - 540) * 2 * Math.PI / MinutesPerDay));
        }
    }

    /// <summary>Writes a file.</summary>
    /// <param name="path">Where to.</param>
    /// <param name="shape">What.</param>
    /// <param name="rows">The rows.</param>
    /// <param name="rowsPerRowGroup">The rows of every row group but the last.</param>
    /// <param name="firstRow">The number of rows of the same shape in earlier files, which this one continues.</param>
    public static void Write(string path, InputShape shape, long rows, int rowsPerRowGroup, long firstRow = 0) =>
        new InputFile(shape, (int)Math.Min(rows, rowsPerRowGroup)).Write(path, rows, firstRow);

    private void Write(string path, long rows, long firstRow)
    {
        Column[] columns =
        [
            new Column<DateTimeNanos?>(ColumnNames.Timestamp, LogicalType.Timestamp(isAdjustedToUtc: false, timeUnit: ParquetSharp.TimeUnit.Nanos)),
            new Column<string?>(ColumnNames.Region),
            new Column<double?>(ColumnNames.Value),
            new Column<string?>(ColumnNames.Unit),
            new Column<string?>(_shape.SubjectColumn),
            new Column<string?>(ColumnNames.MeasurementType),
            new Column<string?>(ColumnNames.QualityFlag),
            new Column<string?>("processing_metadata_source_file"),
        ];
        using var writer = new ParquetFileWriter(path, columns, Compression.Snappy);
        for (long first = 0; first < rows; first += _times.Length)
        {
            using RowGroupWriter group = writer.AppendRowGroup();
            WriteRowGroup(group, firstRow + first, (int)Math.Min(_times.Length, rows - first));
        }

        writer.Close();
    }

    private void WriteRowGroup(RowGroupWriter group, long first, int count)
    {
        int series = _shape.Series.Count;
        long step = _shape.Step.Ticks * TimeSpan.NanosecondsPerTick;
        for (int i = 0; i < count; i++)
        {
            (long moment, long ofMoment) = Math.DivRem(first + i, series);
            _times[i] = FirstNanoseconds + (moment * step);
            _values[i] = ValueAt(moment, (int)ofMoment);
        }

        Array.Fill(_levels, (short)1);
        WriteColumn(group, count, _times);
        WriteTexts(group, count, i => _regions[(first + i) % series]);
        WriteColumn(group, count, _values);
        WriteTexts(group, count, _ => _unit);
        WriteTexts(group, count, i => _subjects[(first + i) % series]);
        WriteTexts(group, count, _ => _measurementType);
        WriteFlags(group, first, count);
        Array.Fill(_levels, (short)1);
        WriteTexts(group, count, _ => _origin);
    }

    private double ValueAt(long moment, int series)
    {
        long minute = moment * (long)_shape.Step.TotalMinutes % MinutesPerDay;
        double noise = Noise(moment, series) / (double)uint.MaxValue;
        return Math.Round((500 + (series % 97 * 180)) * (_day[minute] + (0.1 * noise)), 3);
    }

    private void WriteFlags(RowGroupWriter group, long first, int count)
    {
        int series = _shape.Series.Count;
        int defined = 0;
        for (int i = 0; i < count; i++)
        {
            (long moment, long ofMoment) = Math.DivRem(first + i, series);
            uint chance = Noise(moment, ofMoment + 1_000_003) % 100;
            _levels[i] = (short)(chance < 4 ? 0 : 1);
            if (chance >= 4)
            {
                _texts[defined++] = chance < 6 ? _estimated : _good;
            }
        }

        WriteColumn(group, count, _texts, defined);
    }

    private void WriteTexts(RowGroupWriter group, int count, Func<long, ByteArray> cell)
    {
        for (int i = 0; i < count; i++)
        {
            _texts[i] = cell(i);
        }

        WriteColumn(group, count, _texts);
    }

    private void WriteColumn<T>(RowGroupWriter group, int count, T[] values, int? defined = null)
        where T : unmanaged
    {
        using var column = (ColumnWriter<T>)group.NextColumn();
        column.WriteBatch(count, _levels.AsSpan(0, count), default, values.AsSpan(0, defined ?? count));
    }

    /// <summary>The same for the same row of the same shape, in whatever file (the mixer of SplitMix64).</summary>
    private static uint Noise(long moment, long series)
    {
        ulong mixed = ((ulong)moment * 0x9E37_79B9_7F4A_7C15) + ((ulong)series * 0xD1B5_4A32_D192_ED03);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return (uint)(mixed >> 32);
    }

    /// <summary>A text that the native writer may point to for as long as this process lives.</summary>
    private static unsafe ByteArray Text(string text)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        byte* copy = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc((nuint)bytes.Length);
        bytes.CopyTo(new Span<byte>(copy, bytes.Length));
        return new ByteArray((IntPtr)copy, bytes.Length);
    }
}
