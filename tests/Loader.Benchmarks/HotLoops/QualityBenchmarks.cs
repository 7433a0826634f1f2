using BenchmarkDotNet.Attributes;
using Loader.Application.Quality;
using Loader.Benchmarks.Input;
using Loader.Domain;

namespace Loader.Benchmarks.HotLoops;

/// <summary>Judging the series of a file of one row group, and adding them to those of the run.</summary>
public class QualityBenchmarks
{
    private MeasurementBatch _batch = null!;

    /// <summary>Gets or sets the kind of input: all series at each time, or few rows a series.</summary>
    [Params("interleaved", "short series")]
    public string Input { get; set; } = "";

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        await using RowGroupSample sample =
            await RowGroupSample.CreateAsync(Input == "interleaved" ? InputShape.Interleaved : InputShape.ShortSeries);
        _batch = sample.Batch();
    }

    [GlobalCleanup]
    public void CleanUp() => _batch.Dispose();

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "loader: judge of a file")]
    public int Judge()
    {
        var judge = new QualityJudge(TimeProvider.System);
        using FileJudge file = judge.Begin(SourceFile.OnDisk("/a.parquet"), TimeZoneInfo.Utc, rules: null, default);
        file.Add(_batch);
        file.Complete();
        return judge.Conclude().SeriesCount;
    }
}
