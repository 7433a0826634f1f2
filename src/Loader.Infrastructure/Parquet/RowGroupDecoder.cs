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
    private readonly PageBuffers _buffers = new();
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
            _dimensions.Add(part, ColumnReaders.ForDimension(column, _buffers));
        }

        foreach ((SeriesPart part, string value) in plan.Constants)
        {
            _dimensions.AddConstant(part, value);
        }

        _fold = new SeriesFold(_catalog, _dimensions);
        _timeReader = ColumnReaders.ForTimes(plan.Time, _buffers, new LocalClock(zone));
        _valueReader = ColumnReaders.ForValues(plan.Value, _buffers);
        _versionReader = plan.Version is null ? null : new VersionReader(plan.Version, _buffers);
    }

    /// <summary>Decodes a row group.</summary>
    /// <param name="rowGroup">Its index.</param>
    /// <param name="firstRow">The rows of the file before it.</param>
    /// <param name="bytes">Its chunks.</param>
    /// <param name="version">The version of its records, where rows bring none.</param>
    /// <param name="cancellationToken">Ends decoding between two pages.</param>
    /// <returns>The batch; the caller owns it.</returns>
    /// <exception cref="Application.Results.SourceCorruptException">Its bytes contradict the format or themselves.</exception>
    /// <exception cref="Application.Results.RowGroupTooLargeException">There is not the memory that it takes.</exception>
    public MeasurementBatch Decode(int rowGroup, long firstRow, RowGroupBytes bytes, long version, CancellationToken cancellationToken)
    {
        int rows = (int)_layout.Footer.RowGroups[rowGroup].Rows;
        try
        {
            return Decode(rowGroup, firstRow, rows, bytes, version, cancellationToken);
        }
        catch (OutOfMemoryException exception)
        {
            throw Refusals.TooLarge(_file, rowGroup, rows, exception);
        }
    }

    /// <summary>Interns the series of a row group whose rows are not wanted.</summary>
    /// <param name="rowGroup">Its index.</param>
    /// <param name="bytes">The chunks of its dimensions.</param>
    /// <param name="cancellationToken">Ends decoding between two pages.</param>
    public void InternSeries(int rowGroup, RowGroupBytes bytes, CancellationToken cancellationToken)
    {
        int rows = (int)_layout.Footer.RowGroups[rowGroup].Rows;
        try
        {
            Fold(rowGroup, rows, Judge(rowGroup, _plan.Dimensions.Select(d => d.Column), bytes), cancellationToken);
            _fold.Finish([]);
        }
        catch (OutOfMemoryException exception)
        {
            throw Refusals.TooLarge(_file, rowGroup, rows, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffers.Dispose();
        _times.Dispose();
        _fold.Dispose();
    }

    private MeasurementBatch Decode(int rowGroup, long firstRow, int rows, RowGroupBytes bytes, long version, CancellationToken cancellationToken)
    {
        // All pages of all columns are judged before room for a single value is made.
        Dictionary<SourceColumn, ColumnChunk> chunks = Judge(rowGroup, _plan.Columns, bytes);
        _times.Begin(rows);
        Guarded(rowGroup, _plan.Time, () => _timeReader.Read(chunks[_plan.Time], _times, cancellationToken));
        using var builder = new MeasurementBatchBuilder(_catalog, rowGroup, firstRow, rows, _times.Unit, version);
        _times.CopyTo(builder);
        Guarded(rowGroup, _plan.Value, () => _valueReader.Read(chunks[_plan.Value], builder, cancellationToken));
        if (_plan.Version is { } versions)
        {
            Guarded(rowGroup, versions, () => _versionReader!.Read(chunks[versions], builder, cancellationToken));
        }

        Fold(rowGroup, rows, chunks, cancellationToken);
        _fold.Finish(builder.SeriesIds);
        return builder.Build();
    }

    private void Fold(int rowGroup, int rows, Dictionary<SourceColumn, ColumnChunk> chunks, CancellationToken cancellationToken)
    {
        _fold.Begin(rows);
        foreach (((_, SourceColumn column), DimensionReader reader) in _plan.Dimensions.Zip(_dimensions.Readers))
        {
            Guarded(rowGroup, column, () => reader.Read(chunks[column], _fold, cancellationToken));
            _fold.EndColumn();
        }
    }

    private Dictionary<SourceColumn, ColumnChunk> Judge(int rowGroup, IEnumerable<SourceColumn> columns, RowGroupBytes bytes)
    {
        var chunks = new Dictionary<SourceColumn, ColumnChunk>(ReferenceEqualityComparer.Instance);
        foreach (SourceColumn column in columns)
        {
            Guarded(rowGroup, column, () =>
            {
                ChunkMetadata metadata = _layout.ChunkOf(rowGroup, column);
                ReadOnlyMemory<byte> chunk = bytes[FileLayout.RangeOf(metadata)];
                int rows = (int)_layout.Footer.RowGroups[rowGroup].Rows;
                chunks.Add(column, new ColumnChunk(chunk, metadata.Codec, ChunkPages.Walk(chunk.Span, column.Element, metadata, rows)));
            });
        }

        return chunks;
    }

    /// <summary>Does a piece of work on one column; whatever its bytes make it throw names the column.</summary>
    private void Guarded(int rowGroup, SourceColumn column, Action work)
    {
        try
        {
            work();
        }
        catch (Exception exception) when (Refusals.IsOfTheFile(exception))
        {
            throw Refusals.Corrupt(_file, rowGroup, column.Name, exception);
        }
    }
}
