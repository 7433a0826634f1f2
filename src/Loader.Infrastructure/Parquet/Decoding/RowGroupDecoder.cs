using Loader.Domain;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;
using Loader.Parquet.Reading;

namespace Loader.Infrastructure.Parquet.Decoding;

/// <summary>Decodes row groups into batches, column by column into reused buffers.</summary>
internal sealed class RowGroupDecoder : IDisposable
{
    private readonly SourceFile _file;
    private readonly FileLayout _layout;
    private readonly ColumnPlan _plan;
    private readonly SeriesCatalog _catalog;
    private readonly ColumnBuffers _buffers;
    private readonly DecodedTimes _times = new();
    private readonly SeriesColumns _dimensions = new();
    private readonly SeriesIdBuilder _seriesIds;
    private readonly TimeReader? _timeReader;
    private readonly ValueReader? _valueReader;
    private readonly VersionReader? _versionReader;

    /// <summary>Initializes a new instance of the <see cref="RowGroupDecoder"/> class.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="layout">The file's layout.</param>
    /// <param name="plan">The columns to read.</param>
    /// <param name="zone">The zone of times without one.</param>
    /// <param name="seriesMemoryBytes">The memory that the distinct series of the file may use.</param>
    public RowGroupDecoder(SourceFile file, FileLayout layout, ColumnPlan plan, TimeZoneInfo zone, long seriesMemoryBytes)
    {
        _buffers = new ColumnBuffers(new SeriesBudget(file, seriesMemoryBytes));
        _file = file;
        _layout = layout;
        _plan = plan;
        _catalog = new SeriesCatalog(plan.Dataset);
        foreach ((SeriesPart part, SchemaColumn column) in plan.Dimensions)
        {
            _dimensions.Add(part, ColumnReaders.ForDimension(column, _buffers));
        }

        foreach ((SeriesPart part, string? value) in plan.Constants)
        {
            _dimensions.AddConstant(part, value);
        }

        _seriesIds = new SeriesIdBuilder(_catalog, _dimensions, _buffers.Series);
        _timeReader = plan.Time is null ? null : ColumnReaders.ForTimes(plan.Time, _buffers, new LocalClock(zone));
        _valueReader = plan.Value is null ? null : ColumnReaders.ForValues(plan.Value, _buffers);
        _versionReader = plan.Version is null ? null : new VersionReader(plan.Version, _buffers);
    }

    /// <summary>Decodes a row group.</summary>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="firstRow">The number of rows in the file before it.</param>
    /// <param name="bytes">Its column chunks.</param>
    /// <param name="version">The record version of rows without one of their own.</param>
    /// <param name="cancellationToken">Cancels the operation between two pages.</param>
    /// <returns>The batch, which the caller disposes.</returns>
    /// <exception cref="Application.Results.SourceCorruptException">The row group is damaged, or uses an unsupported feature.</exception>
    /// <exception cref="Application.Results.RowGroupTooLargeException">There is not enough memory for the row group.</exception>
    /// <exception cref="Application.Results.TooManySeriesException">There is not enough memory for the series of the file.</exception>
    public MeasurementBatch Decode(int rowGroup, long firstRow, RowGroupBytes bytes, long version, CancellationToken cancellationToken)
    {
        int rowCount = GetRowCount(rowGroup);
        try
        {
            return Decode(rowGroup, firstRow, rowCount, bytes, version, cancellationToken);
        }
        catch (OutOfMemoryException exception)
        {
            throw ParquetErrors.TooLarge(_file, rowGroup, rowCount, exception);
        }
    }

    /// <summary>Interns the series of a row group whose rows are not needed.</summary>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="bytes">The column chunks of its dimensions.</param>
    /// <param name="cancellationToken">Cancels the operation between two pages.</param>
    public void InternSeries(int rowGroup, RowGroupBytes bytes, CancellationToken cancellationToken)
    {
        int rowCount = GetRowCount(rowGroup);
        try
        {
            ReadDimensions(rowGroup, rowCount, OpenChunks(rowGroup, _plan.Dimensions.Select(d => d.Column), bytes), cancellationToken);
            _seriesIds.Finish([]);
        }
        catch (OutOfMemoryException exception)
        {
            throw ParquetErrors.TooLarge(_file, rowGroup, rowCount, exception);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _buffers.Dispose();
        _times.Dispose();
        _seriesIds.Dispose();
    }

    private MeasurementBatch Decode(
        int rowGroup, long firstRow, int rowCount, RowGroupBytes bytes, long version, CancellationToken cancellationToken)
    {
        // The pages of all columns are validated before memory is reserved for a single value.
        Dictionary<SchemaColumn, ColumnChunk> chunks = OpenChunks(rowGroup, _plan.Columns, bytes);
        _times.Begin(rowCount);
        if (_plan.Time is { } times)
        {
            WithColumn(rowGroup, times, () => _timeReader!.Read(chunks[times], _times, cancellationToken));
        }
        else
        {
            _times.Unit = TimeUnit.Milliseconds;
            _times.Times.Fill(MeasurementBatch.MissingTime);
        }

        using var builder = new MeasurementBatchBuilder(_catalog, rowGroup, firstRow, rowCount, _times.Unit, version);
        _times.CopyTo(builder);
        if (_plan.Value is { } values)
        {
            WithColumn(rowGroup, values, () => _valueReader!.Read(chunks[values], builder, cancellationToken));
        }
        else
        {
            builder.Values.Fill(double.NaN);
        }

        if (_plan.Version is { } versions)
        {
            WithColumn(rowGroup, versions, () => _versionReader!.Read(chunks[versions], builder, cancellationToken));
        }

        ReadDimensions(rowGroup, rowCount, chunks, cancellationToken);
        _seriesIds.Finish(builder.SeriesIds);
        return builder.Build();
    }

    private void ReadDimensions(
        int rowGroup, int rowCount, Dictionary<SchemaColumn, ColumnChunk> chunks, CancellationToken cancellationToken)
    {
        _seriesIds.Begin(rowCount);
        foreach (((_, SchemaColumn column), DimensionReader reader) in _plan.Dimensions.Zip(_dimensions.Readers))
        {
            WithColumn(rowGroup, column, () => reader.Read(chunks[column], _seriesIds, cancellationToken));
            _seriesIds.EndColumn();
        }
    }

    private Dictionary<SchemaColumn, ColumnChunk> OpenChunks(int rowGroup, IEnumerable<SchemaColumn> columns, RowGroupBytes bytes)
    {
        var chunks = new Dictionary<SchemaColumn, ColumnChunk>(ReferenceEqualityComparer.Instance);
        foreach (SchemaColumn column in columns)
        {
            WithColumn(rowGroup, column, () => chunks.Add(column, _layout.OpenChunk(rowGroup, column, bytes)));
        }

        return chunks;
    }

    private int GetRowCount(int rowGroup) => (int)_layout.Metadata.RowGroups[rowGroup].RowCount;

    /// <summary>Runs an action on one column, so that errors caused by its bytes name the column.</summary>
    private void WithColumn(int rowGroup, SchemaColumn column, Action action)
    {
        try
        {
            action();
        }
        catch (Exception exception) when (ParquetErrors.IsCausedByContent(exception))
        {
            throw ParquetErrors.Corrupt(_file, rowGroup, column.Name, exception);
        }
    }
}
