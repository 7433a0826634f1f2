using System.Globalization;
using BenchmarkDotNet.Attributes;
using Loader.Benchmarks.Input;
using Loader.Domain;
using Loader.Infrastructure.Timestream.Encoding;

namespace Loader.Benchmarks.HotLoops;

/// <summary>The text of a row's time and value, which is most of what encoding does for a row.</summary>
public class NumberTextBenchmarks
{
    private readonly byte[] _text = new byte[64];
    private double[] _values = [];
    private long[] _milliseconds = [];

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        await using RowGroupSample sample = await RowGroupSample.CreateAsync(InputShape.Interleaved);
        using MeasurementBatch batch = sample.Batch();
        _values = batch.Values.ToArray();
        _milliseconds = [.. batch.Times.ToArray().Select(time => time / 1_000_000)];
    }

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "loader: value")]
    public int Value()
    {
        int written = 0;
        foreach (double value in _values)
        {
            written += DoubleText.Write(ref _text[0], value);
        }

        return written;
    }

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "alternative: value, TryFormat")]
    public int ValueFormatted()
    {
        int written = 0;
        foreach (double value in _values)
        {
            value.TryFormat(_text, out int length, default, CultureInfo.InvariantCulture);
            written += length;
        }

        return written;
    }

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "loader: time")]
    public int Time()
    {
        int written = 0;
        foreach (long time in _milliseconds)
        {
            written += IntegerText.Write(ref _text[0], time);
        }

        return written;
    }

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "alternative: time, TryFormat")]
    public int TimeFormatted()
    {
        int written = 0;
        foreach (long time in _milliseconds)
        {
            time.TryFormat(_text, out int length, default, CultureInfo.InvariantCulture);
            written += length;
        }

        return written;
    }
}
