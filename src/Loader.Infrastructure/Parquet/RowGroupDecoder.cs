using Loader.Domain;
using Loader.Infrastructure.Parquet.Bytes;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Format;
using Loader.Infrastructure.Parquet.Judging;

namespace Loader.Infrastructure.Parquet;

/// <summary>Decodes row groups to batches, one column after the other into buffers that are used again.</summary>
internal sealed class RowGroupDecoder : IDisposable
{
    private readonly SourceFile _file;
    private readonly FileLayout _layout;
    private readonly ColumnPlan _plan;
    private readonly SeriesCatalog _catalog;
    private readonly DecodedTimes _times = new();
    private readonly SeriesColumns _dimensions = new();
    private readonly SeriesFold _fold;
    private readonly TimeReader _timeReader;
    private readonly ValueReader _valueReader;
    private readonly VersionReader? _versionReader;

    /// <summary>Initializes a new instance of the <see cref="RowGroupDecoder"/> class.</summary>
    /// <param name="file">The file, for messages.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="plan">What is read of it.</param>
    /// <param name="zone">The zone of times that say none.</param>
    public RowGroupDecoder(SourceFile file, FileLayout layout, ColumnPlan plan, TimeZoneInfo zone)
    {
        _file = file;
        _layout = layout;
        _plan = plan;
        _catalog = new SeriesCatalog(plan.Dataset);
        foreach ((SeriesPart part, SourceColumn column) in plan.Dimensions)
        {
            _dimensions.Add(part, ColumnReaders.ForDimension(column));
        }

        foreach ((SeriesPart part, string value) in plan.Constants)
        {
            _dimensions.AddConstant(part, value);
        }

        _fold = new SeriesFold(_catalog, _dimensions);
        _timeReader = ColumnReaders.ForTimes(plan.Time, new LocalClock(zone));
        _valueReader = ColumnReaders.ForValues(plan.Value);
        _versionReader = plan.Version is null ? null : new VersionReader(plan.Version);
    }

    /// <summary>Decodes a row group.</summary>
    /// <param name="rowGroup">Its index.</param>
    /// <param name="firstRow">The rows of the file before it.</param>
    /// <param name="bytes">Its chunks.</param>
    /// <param name="version">The version of its records, where rows bring none.</param>
    /// <param name="cancellationToken">Ends decoding.</param>
    /// <returns>The batch; the caller owns it.</returns>
    public async ValueTask<MeasurementBatch> DecodeAsync(
        int rowGroup, long firstRow, RowGroupBytes bytes, long version, CancellationToken cancellationToken)
    {
        int rows = (int)_layout.Footer.RowGroups[rowGroup].Rows;

        // All pages of all columns are judged before room for a single value is made.
        var chunks = new Dictionary<SourceColumn, ChunkInput>(ReferenceEqualityComparer.Instance);
        foreach (SourceColumn column in _plan.Columns)
        {
            chunks.Add(column, Judge(rowGroup, rows, column, bytes));
        }

        _times.Begin(rows);
        await GuardAsync(rowGroup, _plan.Time, () => _timeReader.ReadAsync(chunks[_plan.Time], _times, cancellationToken)).ConfigureAwait(false);
        using var builder = new MeasurementBatchBuilder(_catalog, rowGroup, firstRow, rows, _times.Unit, version);
        _times.CopyTo(builder);
        await GuardAsync(rowGroup, _plan.Value, () => _valueReader.ReadAsync(chunks[_plan.Value], builder, cancellationToken)).ConfigureAwait(false);
        if (_versionReader is not null)
        {
            await GuardAsync(rowGroup, _plan.Version!, () => _versionReader.ReadAsync(chunks[_plan.Version!], builder, cancellationToken)).ConfigureAwait(false);
        }

        await FoldAsync(rowGroup, rows, chunks, cancellationToken).ConfigureAwait(false);
        _fold.Finish(builder.SeriesIds);
        return builder.Build();
    }

    /// <summary>Interns the series of a row group whose rows are not wanted.</summary>
    /// <param name="rowGroup">Its index.</param>
    /// <param name="bytes">The chunks of its dimensions.</param>
    /// <param name="cancellationToken">Ends decoding.</param>
    /// <returns>A task that ends when all are interned.</returns>
    public async ValueTask InternSeriesAsync(int rowGroup, RowGroupBytes bytes, CancellationToken cancellationToken)
    {
        int rows = (int)_layout.Footer.RowGroups[rowGroup].Rows;
        var chunks = new Dictionary<SourceColumn, ChunkInput>(ReferenceEqualityComparer.Instance);
        foreach ((_, SourceColumn column) in _plan.Dimensions)
        {
            chunks.Add(column, Judge(rowGroup, rows, column, bytes));
        }

        await FoldAsync(rowGroup, rows, chunks, cancellationToken).ConfigureAwait(false);
        _fold.Finish([]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _times.Dispose();
        _timeReader.Dispose();
        _valueReader.Dispose();
        _versionReader?.Dispose();
        _dimensions.Dispose();
        _fold.Dispose();
    }

    private async ValueTask FoldAsync(int rowGroup, int rows, Dictionary<SourceColumn, ChunkInput> chunks, CancellationToken cancellationToken)
    {
        _fold.Begin(rows);
        for (int i = 0; i < _plan.Dimensions.Count; i++)
        {
            SourceColumn column = _plan.Dimensions[i].Column;
            await GuardAsync(rowGroup, column, () => _dimensions.Readers[i].ReadAsync(chunks[column], _fold, cancellationToken)).ConfigureAwait(false);
            _fold.EndColumn();
        }
    }

    private ChunkInput Judge(int rowGroup, int rows, SourceColumn column, RowGroupBytes bytes)
    {
        try
        {
            ChunkMetadata metadata = _layout.ChunkOf(rowGroup, column);
            ReadOnlyMemory<byte> chunk = bytes[FileLayout.RangeOf(metadata)];
            return new ChunkInput(chunk, metadata.Codec, ChunkPages.Walk(chunk.Span, column.Element, metadata, rows));
        }
        catch (Exception exception) when (Refusals.IsOfTheFile(exception))
        {
            throw Refusals.Corrupt(_file, rowGroup, column.Name, exception);
        }
    }

    private async ValueTask GuardAsync(int rowGroup, SourceColumn column, Func<ValueTask> decode)
    {
        try
        {
            await decode().ConfigureAwait(false);
        }
        catch (Exception exception) when (Refusals.IsOfTheFile(exception))
        {
            throw Refusals.Corrupt(_file, rowGroup, column.Name, exception);
        }
    }
}
