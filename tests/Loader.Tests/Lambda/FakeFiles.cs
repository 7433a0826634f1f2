using System.Runtime.CompilerServices;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Lambda;

/// <summary>A source and a sink in memory: each file has some row groups of one row, and reading one takes some time.</summary>
internal sealed class FakeFiles : IParquetSource, IRecordSink, IRecordWriter
{
    private readonly Dictionary<string, FakeFile> _files = [];

    public List<SourceFile> Opened { get; } = [];

    public Destination Destination { get; } = new("fake", "fake", "1", DestinationLimits.None);

    public void Add(string key, int rowGroups = 1, Action? onRead = null, Exception? failure = null, bool holdsKeptRows = false) =>
        _files[key] = new FakeFile(rowGroups, onRead, failure, holdsKeptRows);

    public Task<IParquetFile> OpenAsync(SourceFile file, DatasetType dataset, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (Opened)
        {
            Opened.Add(file);
        }

        return _files.TryGetValue(file.Key, out FakeFile? fake)
            ? Task.FromResult<IParquetFile>(fake)
            : throw new SourceNotFoundException($"{file} does not exist.") { File = file };
    }

    public Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken) => Task.FromResult(Destination);

    public Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken) => Task.FromResult<IRecordWriter>(this);

    public Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken) =>
        Task.FromResult(new WriteOutcome { Written = batch.Count, Effort = new WriteEffort { Requests = 1 } });

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class FakeFile(int rowGroups, Action? onRead, Exception? failure, bool holdsKeptRows) : IParquetFile
    {
        public IReadOnlyList<RowGroupInfo> RowGroups { get; } = [.. Enumerable.Repeat(new RowGroupInfo(1, 100), rowGroups)];

        public DateTimeOffset LastModified => DateTimeOffset.UnixEpoch.AddSeconds(1);

        public string ETag => "abc";

        public string? VersionId => null;

        public bool HoldsKeptRows => holdsKeptRows;

        public long BytesRead => 10;

        public async IAsyncEnumerable<MeasurementBatch> ReadAsync(
            int fromRowGroup, ObjectVersion version, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await Task.CompletedTask;
            for (int rowGroup = fromRowGroup; rowGroup < rowGroups; rowGroup++)
            {
                onRead?.Invoke();
                cancellationToken.ThrowIfCancellationRequested();
                if (failure is not null)
                {
                    throw failure;
                }

                yield return Some.GoodBatch(count: 1, rowGroup);
            }
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
