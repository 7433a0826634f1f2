using BenchmarkDotNet.Attributes;
using Loader.Domain;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Parquet.Bytes;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Format;
using ParquetSharp;

namespace Loader.Benchmarks.HotLoops;

/// <summary>
/// One text column of a row group, from its pages to numbers of series, its bytes in memory and the texts known, as from the second row group on. A column that
/// came as a dictionary costs a look-up for each distinct text; one that came plain costs it for each row.
/// </summary>
public class TextColumnBenchmarks
{
    private readonly PageBuffers _buffers = new();
    private byte[] _chunk = [];
    private ColumnChunk _column;
    private TextDimensionReader _reader = null!;
    private SeriesFold _fold = null!;

    [Params(24, 1_000, 10_000)]
    public int DistinctTexts { get; set; }

    [Params(true, false)]
    public bool IsDictionary { get; set; }

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        string path = Path.GetTempFileName();
        try
        {
            Write(path);
            var source = new LocalBytes(SourceFile.OnDisk(path));
            await using var _ = source.ConfigureAwait(false);
            await source.OpenAsync(CancellationToken.None);
            FileLayout layout = await FileLayout.ReadAsync(source, CancellationToken.None);
            SourceColumn column = layout.Schema.Columns[0];
            ChunkMetadata metadata = layout.ChunkOf(0, column);
            _chunk = (await File.ReadAllBytesAsync(path)).AsSpan((int)metadata.Start, (int)metadata.CompressedSize).ToArray();
            _column = new ColumnChunk(_chunk, metadata.Codec, ChunkPages.Walk(_chunk, column.Element, metadata, RowGroupSample.Rows));
            _reader = new TextDimensionReader(column, _buffers);
        }
        finally
        {
            File.Delete(path);
        }

        var columns = new SeriesColumns();
        columns.Add(SeriesPart.Subject, _reader);
        _fold = new SeriesFold(new SeriesCatalog(DatasetType.Consumption), columns);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _fold.Dispose();
        _buffers.Dispose();
    }

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "loader: a text column to numbers of series")]
    public void Loader()
    {
        _fold.Begin(RowGroupSample.Rows);
        _reader.Read(_column, _fold, CancellationToken.None);
        _fold.EndColumn();
    }

    /// <summary>Without compression, so that nothing but the encoding differs; the texts come in a random order.</summary>
    private void Write(string path)
    {
        using var builder = new WriterPropertiesBuilder();
        builder.Compression(Compression.Uncompressed).DictionaryPagesizeLimit(64 << 20);
        if (!IsDictionary)
        {
            builder.DisableDictionary();
        }

        using WriterProperties properties = builder.Build();
        using var writer = new ParquetFileWriter(path, [new Column<string>(ColumnNames.Region)], properties);
        using RowGroupWriter group = writer.AppendRowGroup();
        using LogicalColumnWriter<string> texts = group.NextColumn().LogicalWriter<string>();
        var random = new Random(1);
        texts.WriteBatch([.. Enumerable.Range(0, RowGroupSample.Rows).Select(_ => $"consumer type {random.Next(DistinctTexts):00000}")]);
    }
}
