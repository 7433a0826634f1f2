using System.Numerics;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using Loader.Benchmarks.Input;
using Loader.Domain;

namespace Loader.Benchmarks.HotLoops;

/// <summary>Judging a row group whose rows are all good, as nearly all are.</summary>
public class JudgeBenchmarks
{
    private readonly DestinationLimits _limits = new()
    {
        MaxDimensionBytes = 2027,
        Earliest = new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero),
        Latest = new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero),
    };

    private MeasurementBatch _batch = null!;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        await using RowGroupSample sample = await RowGroupSample.CreateAsync(InputShape.Interleaved);
        _batch = sample.Batch();
    }

    [GlobalCleanup]
    public void CleanUp() => _batch.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = RowGroupSample.Rows, Description = "loader: row by row")]
    public int Loader() => MeasurementRules.Validate(_batch, _limits);

    /// <summary>Blocks of rows at once, where no series has a fault; a block with anything to say would be judged row by row.</summary>
    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "alternative: vectors")]
    public int Vectors()
    {
        long earliest = _batch.TimeUnit.FromInstant(_limits.Earliest!.Value);
        long latest = _batch.TimeUnit.FromInstant(_limits.Latest!.Value);
        ReadOnlySpan<Vector<long>> times = MemoryMarshal.Cast<long, Vector<long>>(_batch.Times);
        ReadOnlySpan<Vector<double>> values = MemoryMarshal.Cast<double, Vector<double>>(_batch.Values);
        var first = new Vector<long>(earliest);
        var last = new Vector<long>(latest);
        int suspicious = 0;
        for (int i = 0; i < times.Length; i++)
        {
            // A value that is infinite or none is not 0 when it is taken from itself.
            bool isGood = Vector.GreaterThanOrEqualAll(times[i], first) && Vector.LessThanOrEqualAll(times[i], last)
                && Vector.EqualsAll(values[i] - values[i], Vector<double>.Zero);
            suspicious += isGood ? 0 : 1;
        }

        return suspicious + (MemoryMarshal.AsBytes(_batch.Verdicts).ContainsAnyExcept((byte)0) ? 1 : 0);
    }
}
