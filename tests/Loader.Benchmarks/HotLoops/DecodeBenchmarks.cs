using BenchmarkDotNet.Attributes;
using Loader.Benchmarks.Input;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Decoding;
using Parquet;
using Parquet.Schema;

namespace Loader.Benchmarks.HotLoops;

/// <summary>Decoding the needed columns of a row group, its bytes in memory and the decoder warm, as from the second row group on.</summary>
public class DecodeBenchmarks
{
    private RowGroupSample _sample = null!;
    private RowGroupDecoder _decoder = null!;
    private MemoryStream _file = null!;
    private DataField[] _fields = [];
    private readonly long[] _times = new long[RowGroupSample.Rows];
    private readonly double[] _values = new double[RowGroupSample.Rows];
    private readonly ReadOnlyMemory<byte>[] _texts = new ReadOnlyMemory<byte>[RowGroupSample.Rows];
    private readonly int[] _levels = new int[RowGroupSample.Rows];

    [Params(ShapeName.Interleaved, ShapeName.ShortSeries)]
    public ShapeName Shape { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        _sample = await RowGroupSample.CreateAsync(Shape == ShapeName.Interleaved ? InputShape.Interleaved : InputShape.ShortSeries);
        _decoder = _sample.Decoder();
        _file = new MemoryStream(await File.ReadAllBytesAsync(_sample.File.Key));
        _fields =
        [
            new DataField(ColumnNames.Timestamp, typeof(long), isNullable: true),
            new DataField(ColumnNames.Value, typeof(double), isNullable: true),
            .. _sample.Plan.Dimensions.Select(dimension => new DataField(dimension.Column.Name, typeof(byte[]), isNullable: true)),
        ];
        _ = new ParquetSchema(_fields);
    }

    [GlobalCleanup]
    public async Task CleanUpAsync()
    {
        _decoder.Dispose();
        await _sample.DisposeAsync();
    }

    /// <summary>To a batch: times, values and series ids.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = RowGroupSample.Rows, Description = "loader: pages to a batch")]
    public int Loader()
    {
        using MeasurementBatch batch = _decoder.Decode(0, 0, _sample.Bytes, version: 1, CancellationToken.None);
        return batch.Count;
    }

    /// <summary>The same columns into arrays that are used again; their texts are not series yet.</summary>
    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "alternative: Parquet.Net, raw columns")]
    public async Task<int> ParquetNet()
    {
        _file.Position = 0;
        await using ParquetReader reader = await ParquetReader.CreateAsync(_file, leaveStreamOpen: true);
        using ParquetRowGroupReader rowGroup = reader.OpenRowGroupReader(0);
        await rowGroup.ReadRawAsync(_fields[0], _times.AsMemory(), _levels.AsMemory(), null, CancellationToken.None);
        await rowGroup.ReadRawAsync(_fields[1], _values.AsMemory(), _levels.AsMemory(), null, CancellationToken.None);
        foreach (DataField text in _fields.AsSpan(2).ToArray())
        {
            await rowGroup.ReadRawAsync(text, _texts.AsMemory(), _levels.AsMemory(), null, CancellationToken.None);
        }

        return _texts.Length;
    }
}
