using BenchmarkDotNet.Attributes;
using Loader.Benchmarks.Input;
using Loader.Domain;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Timestream.Planning;

namespace Loader.Benchmarks.HotLoops;

/// <summary>Ordering a row group by series and time, each series prepared already as from the second row group on.</summary>
public class OrderBenchmarks
{
    private readonly SeriesTable _series = new();
    private MeasurementBatch _batch = null!;
    private int[] _rank = [];

    [Params(ShapeName.Interleaved, ShapeName.ShortSeries)]
    public ShapeName Shape { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        await using RowGroupSample sample = await RowGroupSample.CreateAsync(Shape == ShapeName.Interleaved ? InputShape.Interleaved : InputShape.ShortSeries);
        _batch = sample.Batch();
        MeasurementRules.Validate(_batch, DestinationLimits.None);
        int[] order = _series.Prepare(_batch.SeriesById).Order;
        _rank = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            _rank[order[place]] = place;
        }
    }

    [GlobalCleanup]
    public void CleanUp() => _batch.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = RowGroupSample.Rows, Description = "loader: counting sort")]
    public int Loader()
    {
        using WritePlan plan = WritePlan.Create(_batch, _series);
        return plan.Count;
    }

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "alternative: sort by key")]
    public int SortByKey()
    {
        var keys = new (int Rank, long Time)[_batch.Count];
        var rows = new int[_batch.Count];
        for (int row = 0; row < rows.Length; row++)
        {
            keys[row] = (_rank[_batch.SeriesIds[row]], _batch.Times[row]);
            rows[row] = row;
        }

        Array.Sort(keys, rows);
        return rows.Length;
    }
}
