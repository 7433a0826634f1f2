using System.Buffers.Text;
using System.Globalization;
using BenchmarkDotNet.Attributes;
using Loader.Benchmarks.Input;
using Loader.Domain;
using Loader.Infrastructure.Text;

namespace Loader.Benchmarks.HotLoops;

/// <summary>Formatting a row's time and value, which is most of what encoding does for a row. docs/decisions/0006-shortest-decimal.md has the results.</summary>
public class NumberTextBenchmarks
{
    private readonly byte[] _text = new byte[64];
    private double[] _measured = [];
    private double[] _computed = [];
    private long[] _milliseconds = [];

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        await using RowGroupSample sample = await RowGroupSample.CreateAsync(InputShape.Interleaved);
        using MeasurementBatch batch = sample.Batch();
        _measured = batch.Values.ToArray();
        _computed = [.. _measured.Select(value => value / 7)];
        _milliseconds = [.. batch.Times.ToArray().Select(time => time / 1_000_000)];
    }

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "value of 3 decimals: loader")]
    public int Measured() => Format(_measured);

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "value of 3 decimals: TryFormat")]
    public int MeasuredTryFormat() => TryFormat(_measured);

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "value of 3 decimals: Utf8Formatter")]
    public int MeasuredUtf8Formatter() => Utf8Format(_measured);

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "value of many decimals: loader")]
    public int Computed() => Format(_computed);

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "value of many decimals: TryFormat")]
    public int ComputedTryFormat() => TryFormat(_computed);

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "value of many decimals: Utf8Formatter")]
    public int ComputedUtf8Formatter() => Utf8Format(_computed);

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "time: loader")]
    public int Time()
    {
        int written = 0;
        foreach (long time in _milliseconds)
        {
            written += IntegerText.Write(ref _text[0], time);
        }

        return written;
    }

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "time: TryFormat")]
    public int TimeTryFormat()
    {
        int written = 0;
        foreach (long time in _milliseconds)
        {
            time.TryFormat(_text, out int length, default, CultureInfo.InvariantCulture);
            written += length;
        }

        return written;
    }

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "time: Utf8Formatter")]
    public int TimeUtf8Formatter()
    {
        int written = 0;
        foreach (long time in _milliseconds)
        {
            Utf8Formatter.TryFormat(time, _text, out int length);
            written += length;
        }

        return written;
    }

    private int Format(double[] values)
    {
        int written = 0;
        foreach (double value in values)
        {
            written += DoubleText.Write(ref _text[0], value);
        }

        return written;
    }

    private int TryFormat(double[] values)
    {
        int written = 0;
        foreach (double value in values)
        {
            value.TryFormat(_text, out int length, default, CultureInfo.InvariantCulture);
            written += length;
        }

        return written;
    }

    private int Utf8Format(double[] values)
    {
        int written = 0;
        foreach (double value in values)
        {
            Utf8Formatter.TryFormat(value, _text, out int length);
            written += length;
        }

        return written;
    }
}
