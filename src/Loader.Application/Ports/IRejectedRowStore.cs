using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>Keeps invalid and rejected rows as Parquet files that can be loaded again.</summary>
public interface IRejectedRowStore
{
    /// <summary>Gets the folder or S3 prefix where rows are kept, or <see langword="null"/> if none is configured.</summary>
    string? Location { get; }

    /// <summary>
    /// Returns whether a file lies in this store, so that an event of it can be skipped without opening the file. Everywhere else kept rows
    /// are recognised by their columns: <see cref="IParquetFile.HoldsKeptRows"/>.
    /// </summary>
    /// <param name="file">The file.</param>
    /// <returns><see langword="true"/> if the file lies below <see cref="Location"/>.</returns>
    bool Holds(SourceFile file);

    /// <summary>
    /// Writes rows of one row group to a file. Its name follows from destination, source, ETag, mapping and row group, so loading the
    /// source again overwrites it.
    /// </summary>
    /// <param name="origin">Where the rows come from and where they could not be stored.</param>
    /// <param name="batch">The row group; borrowed for the call.</param>
    /// <param name="rows">The rows to keep, in ascending order; at least one.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The folder or S3 prefix of this source's rejected rows.</returns>
    /// <exception cref="Results.RejectedRowsNotKeptException">The rows could not be kept.</exception>
    Task<string> SaveAsync(
        RejectedRowOrigin origin, MeasurementBatch batch, IReadOnlyList<RejectedRow> rows, CancellationToken cancellationToken);
}

/// <summary>A row that is not stored, and why.</summary>
/// <param name="Row">The row's index in its row group, from 0.</param>
/// <param name="Reason">The reason.</param>
/// <param name="Detail">
/// The message of the destination, or what there is to say about an invalid row beside its reason; otherwise <see langword="null"/>.
/// </param>
public readonly record struct RejectedRow(int Row, RejectionReason Reason, string? Detail = null);

/// <summary>Where rows come from and where they could not be stored.</summary>
/// <param name="Source">The file that the rows come from.</param>
/// <param name="ETag">Its ETag.</param>
/// <param name="RowGroupCount">The number of its row groups.</param>
/// <param name="Destination">The destination that they were meant for.</param>
public sealed record RejectedRowOrigin(SourceFile Source, string ETag, int RowGroupCount, Destination Destination)
{
    /// <summary>
    /// Gets the mapping that the file was read with, or <see langword="null"/>. Two mappings of one file keep their rows apart.
    /// </summary>
    public AppliedMapping? Mapping { get; init; }
}
