using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Bytes;
using Loader.Infrastructure.Parquet.Columns;
using Loader.Infrastructure.Parquet.Format;
using Loader.Infrastructure.Parquet.Judging;

namespace Loader.Infrastructure.Parquet;

/// <summary>An open file: fetches the needed chunks of a row group, and those of the next while this one is decoded and written.</summary>
internal sealed class ParquetFile : IParquetFile
{
    /// <summary>A row group whose compressed chunks take more is fetched only when it is its turn.</summary>
    public const long MaxPrefetchBytes = 64 << 20;

    private readonly SourceFile _file;
    private readonly SourceBytes _source;
    private readonly FileLayout _layout;
    private readonly ColumnPlan _plan;
    private readonly TimeZoneInfo _zone;
    private readonly RowGroupInfo[] _rowGroups;

    /// <summary>Initializes a new instance of the <see cref="ParquetFile"/> class.</summary>
    /// <param name="file">The file.</param>
    /// <param name="source">Its bytes; owned from here on.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="plan">What is read of it.</param>
    /// <param name="zone">The zone of times that say none.</param>
    public ParquetFile(SourceFile file, SourceBytes source, FileLayout layout, ColumnPlan plan, TimeZoneInfo zone)
    {
        _file = file;
        _source = source;
        _layout = layout;
        _plan = plan;
        _zone = zone;
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
    public long BytesRead => _source.BytesRead;

    /// <inheritdoc/>
    public async IAsyncEnumerable<MeasurementBatch> ReadAsync(
        int fromRowGroup, ObjectVersion version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(fromRowGroup);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(fromRowGroup, _rowGroups.Length);
        using var decoder = new RowGroupDecoder(_file, _layout, _plan, _zone);
        var fetcher = new RowGroupFetcher(_file, _source, _layout, MaxPrefetchBytes, cancellationToken);
        await using ConfiguredAsyncDisposable _ = fetcher.ConfigureAwait(false);
        List<RowGroupTask> tasks = TasksFrom(fromRowGroup);
        for (int i = 0; i < tasks.Count; i++)
        {
            RowGroupTask task = tasks[i];
            using RowGroupBytes bytes = await fetcher.FetchAsync(task, i + 1 < tasks.Count ? tasks[i + 1] : null).ConfigureAwait(false);
            if (task.OnlySeries)
            {
                decoder.InternSeries(task.RowGroup, bytes, cancellationToken);
                continue;
            }

            yield return decoder.Decode(task.RowGroup, task.FirstRow, bytes, version.ForRowGroup(task.RowGroup), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>
    /// Row groups to decode. Of those before the first only the series matter, and only where a series could have two units: which of them came first
    /// decides which rows are invalid.
    /// </summary>
    private List<RowGroupTask> TasksFrom(int fromRowGroup)
    {
        var tasks = new List<RowGroupTask>();
        bool needsEarlierSeries = UnitMayVary();
        IReadOnlyList<SourceColumn> dimensions = [.. _plan.Dimensions.Select(d => d.Column)];
        long firstRow = 0;
        for (int rowGroup = 0; rowGroup < _rowGroups.Length; rowGroup++)
        {
            bool isBefore = rowGroup < fromRowGroup;
            if (_rowGroups[rowGroup].Rows > 0 && (!isBefore || needsEarlierSeries))
            {
                tasks.Add(new RowGroupTask(rowGroup, firstRow, isBefore ? dimensions : _plan.Columns, isBefore));
            }

            firstRow += _rowGroups[rowGroup].Rows;
        }

        return tasks;
    }

    private bool UnitMayVary()
    {
        SourceColumn? unit = _plan.Dimensions.FirstOrDefault(d => d.Part == SeriesPart.Unit).Column;
        if (unit is null)
        {
            return false;
        }

        ReadOnlyMemory<byte>? only = null;
        foreach (RowGroupMetadata group in _layout.Footer.RowGroups.Where(g => g.Rows > 0))
        {
            ChunkMetadata chunk = group.Chunks[unit.LeafIndex];
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
