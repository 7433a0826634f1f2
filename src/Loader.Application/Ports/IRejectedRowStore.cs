using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>Keeps invalid and rejected rows as Parquet files that the loader takes again.</summary>
public interface IRejectedRowStore
{
    /// <summary>Gets the folder or S3 prefix that rows are kept under, or <see langword="null"/> where none is configured.</summary>
    string? Location { get; }

    /// <summary>Says whether a file is one that this store wrote, so that event handlers and folder loads pass it by.</summary>
    /// <param name="file">The file.</param>
    /// <returns>Whether it lies under <see cref="Location"/>.</returns>
    bool Holds(SourceFile file);

    /// <summary>Writes the rows of one row group to a file whose name follows from source, ETag and row group, so that running again overwrites it.</summary>
    /// <param name="source">The file that the rows came from.</param>
    /// <param name="etag">Its ETag.</param>
    /// <param name="batch">The row group; borrowed for the call.</param>
    /// <param name="rows">The rows to keep, in the order of their numbers; at least one.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The folder or S3 prefix that holds this source's rejected rows.</returns>
    /// <exception cref="Results.RejectedRowsNotKeptException">The rows could not be kept.</exception>
    Task<string> SaveAsync(
        SourceFile source, string etag, MeasurementBatch batch, IReadOnlyList<RejectedRow> rows, CancellationToken cancellationToken);
}
