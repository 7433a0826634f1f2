using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Tests.Timestream;

namespace Loader.Tests.Cli;

/// <summary>A source of files in memory, whose behaviour a test controls.</summary>
internal sealed class MemoryParquetSource : IParquetSource
{
    private readonly Dictionary<string, MemoryFile> _files = new(StringComparer.Ordinal);

    /// <summary>Gets the row groups that were read, in order, as <c>name/row group</c>.</summary>
    public List<string> Reads { get; } = [];

    /// <summary>Gets or sets the callback before a row group is returned. It is called from several threads.</summary>
    public Action<string, int> BeforeRowGroup { get; set; } = static (_, _) => { };

    /// <summary>Adds a file whose row groups have these numbers of rows.</summary>
    public void Add(string path, string etag = "etag-1", Exception? failure = null, int invalidRows = 0, bool holdsKeptRows = false, params int[] rowGroups) =>
        _files[path] = new MemoryFile(this, path, etag, failure, invalidRows, rowGroups) { HoldsKeptRows = holdsKeptRows };

    public Task<IParquetFile> OpenAsync(SourceFile file, DatasetType dataset, CancellationToken cancellationToken) =>
        !_files.TryGetValue(file.Key, out MemoryFile? found) ? throw new SourceNotFoundException($"{file} does not exist.") { File = file }
        : found.Failure is { } failure ? throw failure
        : Task.FromResult<IParquetFile>(found with { Dataset = dataset });

    private sealed record MemoryFile(MemoryParquetSource Source, string Path, string ETag, Exception? Failure, int InvalidRows, int[] Rows) : IParquetFile
    {
        public DatasetType Dataset { get; init; } = DatasetType.Generation;

        public IReadOnlyList<RowGroupInfo> RowGroups { get; } = [.. Rows.Select(rows => new RowGroupInfo(rows, rows * 100L))];

        public DateTimeOffset LastModified { get; } = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public string? VersionId => null;

        public bool HoldsKeptRows { get; init; }

        public long BytesRead => 10;

        public async IAsyncEnumerable<MeasurementBatch> ReadAsync(
            int fromRowGroup, ObjectVersion version, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            var catalog = new SeriesCatalog(Dataset);
            for (int rowGroup = fromRowGroup; rowGroup < Rows.Length; rowGroup++)
            {
                Source.BeforeRowGroup(Path, rowGroup);
                cancellationToken.ThrowIfCancellationRequested();
                lock (Source.Reads)
                {
                    Source.Reads.Add($"{System.IO.Path.GetFileName(Path)}/{rowGroup}");
                }

                var batch = new SomeBatch(Dataset, catalog) { RowGroup = rowGroup, Version = version.ForRowGroup(rowGroup) };
                for (int row = 0; row < Rows[rowGroup]; row++)
                {
                    batch.Row(
                        new SeriesKey("SE", Path, "power", QualityFlag: null, "MW"),
                        (rowGroup * 1_000_000L) + row,
                        row < InvalidRows ? double.NaN : row);
                }

                yield return batch.Build();
                await Task.CompletedTask;
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
