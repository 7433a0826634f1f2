using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Domain;

namespace Loader.Tests.Support;

/// <summary>A source with one file, whose row groups a test defines.</summary>
internal sealed class ScriptedFile : IParquetSource, IParquetFile
{
    private readonly List<IReadOnlyList<(long Time, double Value, SeriesKey Key)>> _rowGroups = [];

    public List<MeasurementBatch> Given { get; } = [];

    /// <summary>Gets or sets what runs before a row group is returned, such as a wait or an exception.</summary>
    public Func<int, CancellationToken, Task> Before { get; set; } = (_, _) => Task.CompletedTask;

    /// <summary>Gets or sets what runs before a batch is given to the load.</summary>
    public Action<MeasurementBatch> Giving { get; set; } = _ => { };

    /// <summary>Gets or sets what runs when the file is closed.</summary>
    public Action Disposed { get; set; } = () => { };

    public bool IsDisposed { get; private set; }

    public long MemoryBytesPerRowGroup { get; set; } = 1_000;

    public IReadOnlyList<RowGroupInfo> RowGroups => [.. _rowGroups.Select(rows => new RowGroupInfo(rows.Count, MemoryBytesPerRowGroup))];

    public DateTimeOffset LastModified { get; set; } = Some.Instant;

    public string ETag { get; set; } = "etag-1";

    public string? VersionId { get; set; }

    public bool HoldsKeptRows { get; set; }

    public long BytesRead => 1_234;

    public static ScriptedFile WithGoodRowGroups(int count, int rows = 3)
    {
        var file = new ScriptedFile();
        for (int i = 0; i < count; i++)
        {
            file.Add([.. Enumerable.Range(0, rows).Select(row => (Some.Time + (((i * rows) + row) * 1_000L), 1.0 + row, Some.Key()))]);
        }

        return file;
    }

    public ScriptedFile Add(IReadOnlyList<(long Time, double Value, SeriesKey Key)> rows)
    {
        _rowGroups.Add(rows);
        return this;
    }

    public Task<IParquetFile> OpenAsync(SourceFile file, DatasetType dataset, CancellationToken cancellationToken) => Task.FromResult<IParquetFile>(this);

    public async IAsyncEnumerable<MeasurementBatch> ReadAsync(
        int fromRowGroup, ObjectVersion version, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var catalog = new SeriesCatalog(DatasetType.Generation);
        for (int rowGroup = fromRowGroup; rowGroup < _rowGroups.Count; rowGroup++)
        {
            await Before(rowGroup, cancellationToken);
            if (_rowGroups[rowGroup].Count > 0)
            {
                MeasurementBatch batch = Some.Batch(_rowGroups[rowGroup], catalog, rowGroup, version: version.ForRowGroup(rowGroup));
                Given.Add(batch);
                Giving(batch);
                yield return batch;
            }
        }
    }

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        Disposed();
        return ValueTask.CompletedTask;
    }
}
