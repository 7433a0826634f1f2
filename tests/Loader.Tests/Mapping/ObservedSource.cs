using Loader.Application.Ports;
using Loader.Domain;

namespace Loader.Tests.Mapping;

/// <summary>A source that tells a test what is read of real files.</summary>
internal sealed class ObservedSource(IParquetSource inner) : IParquetSource
{
    /// <summary>Gets or sets what runs before a row group is given to the load.</summary>
    public Action<int> Before { get; set; } = static _ => { };

    /// <summary>Gets the row groups that were read.</summary>
    public List<int> Read { get; } = [];

    /// <summary>Gets the number of bytes of all files that were read and closed.</summary>
    public long BytesRead { get; private set; }

    public ValueTask<DatasetType?> FindDatasetAsync(SourceFile file, CancellationToken cancellationToken) =>
        inner.FindDatasetAsync(file, cancellationToken);

    public async Task<IParquetFile> OpenAsync(SourceFile file, DatasetType dataset, CancellationToken cancellationToken) =>
        new ObservedFile(this, await inner.OpenAsync(file, dataset, cancellationToken));

    private sealed class ObservedFile(ObservedSource source, IParquetFile file) : IParquetFile
    {
        public IReadOnlyList<RowGroupInfo> RowGroups => file.RowGroups;

        public DateTimeOffset LastModified => file.LastModified;

        public string ETag => file.ETag;

        public string? VersionId => file.VersionId;

        public AppliedMapping? Mapping => file.Mapping;

        public TimeZoneInfo Zone => file.Zone;

        public bool HoldsKeptRows => file.HoldsKeptRows;

        public long BytesRead => file.BytesRead;

        public bool IsOutside(int rowGroup, TimeRange range) => file.IsOutside(rowGroup, range);

        public IAsyncEnumerable<MeasurementBatch> ReadAsync(int fromRowGroup, ObjectVersion version, CancellationToken cancellationToken) =>
            ReadAsync(fromRowGroup, version, default, cancellationToken);

        public async IAsyncEnumerable<MeasurementBatch> ReadAsync(
            int fromRowGroup,
            ObjectVersion version,
            TimeRange range,
            [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
        {
            await foreach (MeasurementBatch batch in file.ReadAsync(fromRowGroup, version, range, cancellationToken))
            {
                source.Before(batch.RowGroup);
                source.Read.Add(batch.RowGroup);
                yield return batch;
            }
        }

        public ValueTask DisposeAsync()
        {
            source.BytesRead += file.BytesRead;
            return file.DisposeAsync();
        }
    }
}
