using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>An open Parquet file, pinned: if it is replaced while it is read, reading fails and never splices.</summary>
public interface IParquetFile : IAsyncDisposable
{
    /// <summary>Gets the row groups, in file order.</summary>
    IReadOnlyList<RowGroupInfo> RowGroups { get; }

    /// <summary>Gets when the file was last modified.</summary>
    DateTimeOffset LastModified { get; }

    /// <summary>Gets the ETag without quotes; for a file on disk a mark made of its size and time.</summary>
    string ETag { get; }

    /// <summary>Gets the S3 version id, where the bucket has versions.</summary>
    string? VersionId { get; }

    /// <summary>Gets the bytes read from the source so far.</summary>
    long BytesRead { get; }

    /// <summary>Decodes row groups in file order, each when it is asked for; empty ones give no batch.</summary>
    /// <param name="fromRowGroup">The first row group to give. The units of series in earlier ones are still known.</param>
    /// <param name="version">The object version from which record versions follow. Files of rejected rows bring versions of their own.</param>
    /// <param name="cancellationToken">Ends reading, also a download that is under way.</param>
    /// <returns>The batches; whoever takes one disposes it.</returns>
    /// <exception cref="Results.LoadException">The file is damaged, was replaced, or cannot be reached any more.</exception>
    IAsyncEnumerable<MeasurementBatch> ReadAsync(int fromRowGroup, ObjectVersion version, CancellationToken cancellationToken);
}
