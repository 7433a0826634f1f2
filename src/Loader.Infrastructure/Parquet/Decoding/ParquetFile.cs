using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Schema;
using Loader.Parquet.Metadata;
using Loader.Parquet.Reading;
using Loader.Parquet.Storage;

namespace Loader.Infrastructure.Parquet.Decoding;

/// <summary>An open file. Fetches the needed column chunks of each row group while the previous one is decoded and written.</summary>
internal sealed class ParquetFile : IParquetFile
{
    private readonly SourceFile _file;
    private readonly RandomAccessFile _source;
    private readonly FileLayout _layout;
    private readonly ColumnPlan _plan;
    private readonly TimeZoneInfo _zone;
    private readonly bool _int96IsUtc;
    private readonly SeriesMemory _series;
    private readonly RowGroupInfo[] _rowGroups;
    private TimeStatistics? _statistics;

    /// <summary>Initializes a new instance of the <see cref="ParquetFile"/> class.</summary>
    /// <param name="file">The file's name.</param>
    /// <param name="source">The file, which this instance disposes.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="plan">The columns to read.</param>
    /// <param name="zone">The zone of times without one.</param>
    /// <param name="int96IsUtc">Whether INT96 times are in UTC, and not in the zone.</param>
    /// <param name="series">The memory for the distinct series of all open files.</param>
    public ParquetFile(
        SourceFile file,
        RandomAccessFile source,
        FileLayout layout,
        ColumnPlan plan,
        TimeZoneInfo zone,
        bool int96IsUtc,
        SeriesMemory series)
    {
        _file = file;
        _source = source;
        _layout = layout;
        _plan = plan;
        _zone = plan.Mapped?.Time.Zone ?? zone;
        _int96IsUtc = int96IsUtc && plan.Mapped?.Time.Zone is null;
        _series = series;
        _rowGroups = RowGroupMemory.Estimate(layout, plan);
    }

    /// <inheritdoc/>
    public IReadOnlyList<RowGroupInfo> RowGroups => _rowGroups;

    /// <inheritdoc/>
    public DateTimeOffset LastModified => _source.LastModified;

    /// <inheritdoc/>
    public string ETag => _source.ETag;

    /// <inheritdoc/>
    public string? VersionId => _source.VersionId;

    /// <inheritdoc/>
    public AppliedMapping? Mapping => _plan.Mapped?.Identity;

    /// <inheritdoc/>
    public TimeZoneInfo Zone => _zone;

    /// <inheritdoc/>
    public string TimeRules => _int96IsUtc ? $"{_zone.Id} int96=instant" : _zone.Id;

    /// <inheritdoc/>
    public bool HoldsKeptRows => _plan.HoldsKeptRows;

    /// <inheritdoc/>
    public long BytesRead => _source.BytesRead;

    /// <inheritdoc/>
    public bool IsOutside(int rowGroup, TimeRange range) =>
        !range.IsOpen && (_statistics ??= new TimeStatistics(_layout.Metadata, _plan, _zone)).IsOutside(rowGroup, range);

    /// <inheritdoc/>
    public IAsyncEnumerable<MeasurementBatch> ReadAsync(
        int fromRowGroup, ObjectVersion version, CancellationToken cancellationToken) =>
        ReadAsync(fromRowGroup, version, default, cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<MeasurementBatch> ReadAsync(
        int fromRowGroup, ObjectVersion version, TimeRange range, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromRowGroup);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fromRowGroup, _rowGroups.Length);
        var clock = new LocalClock(_zone);
        var ranges = LocalTimeRanges.Read(_layout.Metadata, _plan, clock, _int96IsUtc);
        using var decoder = new RowGroupDecoder(_file, _layout, _plan, clock, _int96IsUtc, ranges, _series);
        var fetcher = new RowGroupFetcher(_file, _source, _layout, RowGroupMemory.MaxPrefetchBytes, cancellationToken);
        await using ConfiguredAsyncDisposable _ = fetcher.ConfigureAwait(false);
        List<RowGroupTask> tasks = PlanTasks(fromRowGroup, range, ranges);
        for (int i = 0; i < tasks.Count; i++)
        {
            RowGroupTask task = tasks[i];
            using RowGroupBytes bytes = await fetcher.FetchAsync(task, i + 1 < tasks.Count ? tasks[i + 1] : null).ConfigureAwait(false);
            if (task.IsBefore && ReferenceEquals(task.Columns, _plan.Columns))
            {
                decoder.Decode(task.RowGroup, task.FirstRow, bytes, version.ForRowGroup(task.RowGroup), cancellationToken).Dispose();
                continue;
            }

            if (task.IsBefore)
            {
                decoder.ReadBefore(task.RowGroup, task.Columns, bytes, cancellationToken);
                continue;
            }

            yield return decoder.Decode(task.RowGroup, task.FirstRow, bytes, version.ForRowGroup(task.RowGroup), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>
    /// Lists the row groups to fetch. Those before the first one to decode, and those outside of the range, matter only if a series could
    /// have two units, because the unit that comes first in the file is the valid one. Those before the first one to decode matter also if
    /// they may have the first row of a pair whose second row comes later; none outside of the range has such a row.
    /// </summary>
    private List<RowGroupTask> PlanTasks(int fromRowGroup, TimeRange range, LocalTimeRanges? ranges)
    {
        var tasks = new List<RowGroupTask>();
        bool needsEarlierSeries = UnitMayVary();

        // Where columns become rows, an empty cell has no series, so that only the values say which series come first.
        bool needsEarlierCells = needsEarlierSeries && _plan.Mapped?.Unpivot is not null;

        // Every ambiguous time of a file of rejected rows is invalid, so that none depends on another.
        bool[] needsEarlierTimes = ranges is null || _plan.Reason is not null ? new bool[fromRowGroup] : ranges.FindNeeded(fromRowGroup);
        IReadOnlyList<SchemaColumn> dimensions = [.. _plan.Dimensions.Select(d => d.Column)];
        IReadOnlyList<SchemaColumn> timesAndDimensions =
            [.. new[] { _plan.Time, _plan.Mapped?.Time.Second }.OfType<SchemaColumn>().Union(dimensions)];
        long firstRow = 0;
        for (int rowGroup = 0; rowGroup < _rowGroups.Length; rowGroup++)
        {
            bool needsTimes = rowGroup < fromRowGroup && needsEarlierTimes[rowGroup];
            bool isBefore = rowGroup < fromRowGroup || IsOutside(rowGroup, range);
            if (_rowGroups[rowGroup].Rows > 0 && (!isBefore || needsEarlierSeries || needsTimes))
            {
                IReadOnlyList<SchemaColumn> columns =
                    !isBefore || needsEarlierCells ? _plan.Columns : needsTimes ? timesAndDimensions : dimensions;
                tasks.Add(new RowGroupTask(rowGroup, firstRow, columns, isBefore));
            }

            firstRow += _rowGroups[rowGroup].Rows;
        }

        // Nothing depends on row groups after the last one to decode.
        int needed = tasks.FindLastIndex(task => !task.IsBefore) + 1;
        tasks.RemoveRange(needed, tasks.Count - needed);
        return tasks;
    }

    private bool UnitMayVary()
    {
        if (_plan.Mapped is { } mapped)
        {
            // A code map may give one unit to several texts, but that is rare, and reading more than is needed does no harm.
            return mapped.Series.Parts[(int)SeriesPart.Unit] is { } source
                && (source.Columns.Count > 1 || MayVary(_plan.Dimensions[source.Columns[0]].Column));
        }

        return _plan.Dimensions.FirstOrDefault(d => d.Part == SeriesPart.Unit).Column is { } unit && MayVary(unit);
    }

    private bool MayVary(SchemaColumn unit)
    {

        ReadOnlyMemory<byte>? only = null;
        foreach (RowGroupMetadata group in _layout.Metadata.RowGroups.Where(g => g.RowCount > 0))
        {
            ColumnChunkMetadata chunk = group.Chunks[unit.LeafIndex];
            if (chunk.Min is not { } min || chunk.Max is not { } max || !min.Span.SequenceEqual(max.Span)
                || (only is { } known && !known.Span.SequenceEqual(min.Span)))
            {
                return true;
            }

            only = min;
        }

        return false;
    }
}
