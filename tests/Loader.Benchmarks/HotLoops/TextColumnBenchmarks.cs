using BenchmarkDotNet.Attributes;
using Loader.Domain;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;
using Loader.Parquet.Reading;
using ParquetSharp;

namespace Loader.Benchmarks.HotLoops;

/// <summary>
/// One text column of a row group, from its pages to numbers of series, its bytes in memory and the texts known, as from the second row group on. A column that
/// came as a dictionary costs a look-up for each distinct text; one that came plain costs it for each row.
/// </summary>
public class TextColumnBenchmarks
{
    private readonly ColumnBuffers _buffers = new(new SeriesBudget(SourceFile.OnDisk("benchmark"), new SeriesMemory(long.MaxValue)));
    private RowGroupBytes _bytes = null!;
    private ColumnChunk _column = null!;
    private TextDimensionReader _reader = null!;
    private SeriesIdBuilder _seriesIds = null!;

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
            var source = new LocalFile(SourceFile.OnDisk(path));
            await using var _ = source.ConfigureAwait(false);
            await source.OpenAsync(CancellationToken.None);
            FileLayout layout = await FileLayout.ReadAsync(source, CancellationToken.None);
            SchemaColumn column = layout.Schema.Columns[0];
            _bytes = await layout.FetchAsync(source, 0, [column], CancellationToken.None);
            _column = layout.OpenChunk(0, column, _bytes);
            _reader = new TextDimensionReader(column, _buffers);
        }
        finally
        {
            File.Delete(path);
        }

        var columns = new SeriesColumns();
        columns.Add(SeriesPart.Subject, _reader);
        _seriesIds = new SeriesIdBuilder(new SeriesCatalog(DatasetType.Consumption), columns, _buffers.Series);
    }

    [GlobalCleanup]
    public void CleanUp()
    {
        _seriesIds.Dispose();
        _buffers.Dispose();
        _bytes.Dispose();
    }

    [Benchmark(OperationsPerInvoke = RowGroupSample.Rows, Description = "loader: a text column to numbers of series")]
    public void Loader()
    {
        _seriesIds.Begin(RowGroupSample.Rows);
        _reader.Read(_column, _seriesIds, CancellationToken.None);
        _seriesIds.EndColumn();
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
