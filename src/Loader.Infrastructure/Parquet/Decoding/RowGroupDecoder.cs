using Loader.Domain;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;
using Loader.Parquet.Pages;
using Loader.Parquet.Reading;
using Loader.Parquet.Storage;

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
    private readonly SeriesColumns _dimensions;
    private readonly SeriesIdBuilder _seriesIds;
    private readonly PooledBuffer<int> _seriesIdsBefore = new();
    private readonly AmbiguousTimes? _ambiguousTimes;
    private readonly KeptReasonReader? _reasonReader;
    private readonly TimeReader? _timeReader;
    private readonly ValueReader? _valueReader;
    private readonly VersionReader? _versionReader;
    private readonly OriginReader? _originReader;
    private readonly MappedRows? _mapped;

    /// <summary>Initializes a new instance of the <see cref="RowGroupDecoder"/> class.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="layout">The file's layout.</param>
    /// <param name="plan">The columns to read.</param>
    /// <param name="clock">The clock of the zone of times without one.</param>
    /// <param name="int96IsUtc">Whether INT96 times are in UTC, and not in the zone.</param>
    /// <param name="ranges">The local times of each row group, or <see langword="null"/> if none can occur twice.</param>
    /// <param name="series">The memory for the distinct series of all open files.</param>
    public RowGroupDecoder(
        SourceFile file,
        FileLayout layout,
        ColumnPlan plan,
        LocalClock clock,
        bool int96IsUtc,
        LocalTimeRanges? ranges,
        SeriesMemory series)
    {
        _buffers = new ColumnBuffers(new SeriesBudget(file, series));
        _file = file;
        _layout = layout;
        _plan = plan;
        _catalog = new SeriesCatalog(plan.Dataset);
        _dimensions = new SeriesColumns(plan.Mapped is null ? null : new MappedSeries(plan.Mapped.Series, plan.Mapped.Values));
        foreach ((SeriesPart part, SchemaColumn column) in plan.Dimensions)
        {
            _dimensions.Add(part, ColumnReaders.ForDimension(column, _buffers));
        }

        foreach ((SeriesPart part, string? value) in plan.Constants)
        {
            _dimensions.AddConstant(part, value);
        }

        _seriesIds = new SeriesIdBuilder(_catalog, _dimensions, _buffers.Series);
        _ambiguousTimes = ranges is null ? null : new AmbiguousTimes(ranges, isKept: plan.Reason is not null);
        _reasonReader = plan.Reason is null ? null : new KeptReasonReader(plan.Reason, _buffers);
        if (plan.Mapped is { } mapped)
        {
            _mapped = new MappedRows(mapped, _buffers, clock);
            _timeReader = _mapped.CreateTimeReader(plan.Time!, int96IsUtc);
        }
        else
        {
            _timeReader = plan.Time is null ? null : ColumnReaders.ForTimes(plan.Time, _buffers, clock, int96IsUtc);
            _valueReader = plan.Value is null ? null : ColumnReaders.ForValues(plan.Value, _buffers);
        }

        _versionReader = plan.Version is null ? null : new VersionReader(plan.Version, _buffers);
        _originReader = plan.Origin is null ? null : new OriginReader(plan.Origin, _buffers);
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

    /// <summary>Reads what later row groups depend on from a row group whose rows are not needed.</summary>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="columns">The columns that were fetched: its dimensions, and its times if ambiguous times depend on them.</param>
    /// <param name="bytes">Their chunks.</param>
    /// <param name="cancellationToken">Cancels the operation between two pages.</param>
    public void ReadBefore(int rowGroup, IReadOnlyList<SchemaColumn> columns, RowGroupBytes bytes, CancellationToken cancellationToken)
    {
        int rowCount = GetRowCount(rowGroup);
        try
        {
            Dictionary<SchemaColumn, ColumnChunk> chunks = OpenChunks(rowGroup, columns, bytes);
            bool hasTimes = _plan.Time is { } time && chunks.ContainsKey(time);
            if (hasTimes)
            {
                ReadTimes(rowGroup, rowCount, chunks, cancellationToken);
            }

            ReadDimensions(rowGroup, rowCount, chunks, cancellationToken);
            Span<int> seriesIds = hasTimes || _mapped is not null ? _seriesIdsBefore.Reserve(rowCount) : [];
            if (_mapped is null)
            {
                _seriesIds.Finish(seriesIds);
            }
            else
            {
                _mapped.FindSeries(_seriesIds, seriesIds, hasTimes ? _times : null);
            }

            if (hasTimes)
            {
                _ambiguousTimes?.Resolve(rowGroup, _times, seriesIds);
            }
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
        _seriesIdsBefore.Dispose();
        _mapped?.Dispose();
    }

    private MeasurementBatch Decode(
        int rowGroup, long firstRow, int rowCount, RowGroupBytes bytes, long version, CancellationToken cancellationToken)
    {
        // The pages of all columns are validated before memory is reserved for a single value.
        Dictionary<SchemaColumn, ColumnChunk> chunks = OpenChunks(rowGroup, _plan.Columns, bytes);
        ReadTimes(rowGroup, rowCount, chunks, cancellationToken);
        if (_mapped is not null)
        {
            return DecodeMapped(_mapped, rowGroup, firstRow, rowCount, chunks, version, cancellationToken);
        }

        using var builder = new MeasurementBatchBuilder(_catalog, rowGroup, firstRow, rowCount, _times.Unit, version);
        if (_plan.Value is { } values)
        {
            WithColumn(rowGroup, values, () => _valueReader!.Read(chunks[values], builder, 0, cancellationToken));
        }
        else
        {
            builder.Values.Fill(double.NaN);
        }

        if (_plan.Version is { } versions)
        {
            WithColumn(rowGroup, versions, () => _versionReader!.Read(chunks[versions], builder, cancellationToken));
        }

        if (_plan.Origin is { } origin)
        {
            var origins = new RowOrigin[rowCount];
            WithColumn(rowGroup, origin.Source, () => _originReader!.ReadSources(chunks[origin.Source], origins));
            WithColumn(rowGroup, origin.RowGroup, () => _originReader!.ReadRowGroups(chunks[origin.RowGroup], origins));
            WithColumn(rowGroup, origin.Row, () => _originReader!.ReadRows(chunks[origin.Row], origins));
            builder.SetOrigins(origins);
        }

        ReadDimensions(rowGroup, rowCount, chunks, cancellationToken);
        _seriesIds.Finish(builder.SeriesIds);
        builder.AmbiguousTimes = _ambiguousTimes?.Resolve(rowGroup, _times, builder.SeriesIds) ?? 0;
        _times.CopyTo(builder);
        return builder.Build();
    }

    private MeasurementBatch DecodeMapped(
        MappedRows mapped,
        int rowGroup,
        long firstRow,
        int rowCount,
        Dictionary<SchemaColumn, ColumnChunk> chunks,
        long version,
        CancellationToken cancellationToken)
    {
        long cells = (long)rowCount * _plan.RowsPerRow;
        if (cells > Array.MaxLength)
        {
            throw ParquetErrors.TooLarge(_file, rowGroup, cells, cause: null);
        }

        ReadDimensions(rowGroup, rowCount, chunks, cancellationToken);
        Span<int> baseIds = _seriesIdsBefore.Reserve(rowCount)[..rowCount];
        mapped.FindSeries(_seriesIds, baseIds, _times);
        int ambiguousTimes = _ambiguousTimes?.Resolve(rowGroup, _times, baseIds) ?? 0;
        mapped.ShiftTimes(_times);
        using var builder = new MeasurementBatchBuilder(_catalog, rowGroup, firstRow, (int)cells, _times.Unit, version)
        {
            AmbiguousTimes = ambiguousTimes,
            Columns = mapped.ColumnNames,
        };
        for (int column = 0; column < _plan.RowsPerRow; column++)
        {
            mapped.BeginColumn(builder, rowCount, column);
            if (_plan.Mapped!.Values[column].Column is { } values)
            {
                WithColumn(rowGroup, values, () => mapped.ReadValues(chunks[values], builder, rowCount, column, cancellationToken));
            }

            mapped.EndColumn(builder, _seriesIds, _times, rowCount, column);
        }

        return builder.Build();
    }

    private void ReadTimes(
        int rowGroup, int rowCount, Dictionary<SchemaColumn, ColumnChunk> chunks, CancellationToken cancellationToken)
    {
        _times.Begin(rowCount);
        if (_plan.Reason is { } reasons && chunks.TryGetValue(reasons, out ColumnChunk? chunk))
        {
            WithColumn(rowGroup, reasons, () => _reasonReader!.Read(chunk, _times, cancellationToken));
        }

        if (_plan.Time is { } times)
        {
            WithColumn(rowGroup, times, () => _timeReader!.Read(chunks[times], _times, cancellationToken));
            if (_plan.Mapped?.Time.Second is { } second)
            {
                WithColumn(rowGroup, second, () => _mapped!.ReadSecondTimes(chunks[second], _times, rowCount, cancellationToken));
            }
        }
        else
        {
            _times.Unit = TimeUnit.Milliseconds;
            _times.Times.Fill(MeasurementBatch.MissingTime);
        }
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
