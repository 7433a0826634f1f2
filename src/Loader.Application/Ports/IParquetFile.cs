using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>An open Parquet file. If it is replaced while it is read, reading fails instead of mixing old and new content.</summary>
public interface IParquetFile : IAsyncDisposable
{
    /// <summary>Gets the row groups, in file order.</summary>
    IReadOnlyList<RowGroupInfo> RowGroups { get; }

    /// <summary>Gets the time at which the file was last modified.</summary>
    DateTimeOffset LastModified { get; }

    /// <summary>Gets the ETag without quotes; for a file on disk, a value derived from its size and time.</summary>
    string ETag { get; }

    /// <summary>Gets the S3 version id, if the bucket has versions.</summary>
    string? VersionId { get; }

    /// <summary>Gets the mapping that the file is read with, or <see langword="null"/> if it is read without one.</summary>
    AppliedMapping? Mapping => null;

    /// <summary>Gets the time zone of the file's times without one: that of its mapping, or else that of the source.</summary>
    TimeZoneInfo Zone => TimeZoneInfo.Utc;

    /// <summary>
    /// Gets a text that says how the file's times are read: the zone, and what else a setting decides. Equal bytes that are read with
    /// equal mappings and equal rules give equal records.
    /// </summary>
    string TimeRules => Zone.Id;

    /// <summary>
    /// Gets a value indicating whether the file holds rows that the loader kept: it has the columns of <see cref="RejectedRowColumns"/>.
    /// </summary>
    bool HoldsKeptRows { get; }

    /// <summary>Gets the number of bytes read from the source so far.</summary>
    long BytesRead { get; }

    /// <summary>Reads row groups in file order, each when the caller asks for it. Empty row groups are left out.</summary>
    /// <param name="fromRowGroup">The index of the first row group to return. Units of series in earlier row groups still count.</param>
    /// <param name="version">
    /// The object version that determines record versions. Files of rejected rows contain record versions of their own.
    /// </param>
    /// <param name="cancellationToken">Cancels reading, including a download in progress.</param>
    /// <returns>The batches; the caller disposes each.</returns>
    /// <exception cref="Results.LoadException">The file is damaged, was replaced, or can no longer be reached.</exception>
    IAsyncEnumerable<MeasurementBatch> ReadAsync(int fromRowGroup, ObjectVersion version, CancellationToken cancellationToken);

    /// <summary>
    /// Reads row groups as <see cref="ReadAsync(int, ObjectVersion, CancellationToken)"/> does, without those outside of a range.
    /// </summary>
    /// <param name="fromRowGroup">The index of the first row group to return.</param>
    /// <param name="version">The object version.</param>
    /// <param name="range">The range. Row groups for which <see cref="IsOutside"/> is true are left out; all others are read whole.</param>
    /// <param name="cancellationToken">Cancels reading, including a download in progress.</param>
    /// <returns>The batches; the caller disposes each.</returns>
    /// <exception cref="Results.LoadException">The file is damaged, was replaced, or can no longer be reached.</exception>
    IAsyncEnumerable<MeasurementBatch> ReadAsync(
        int fromRowGroup, ObjectVersion version, TimeRange range, CancellationToken cancellationToken) =>
        ReadAsync(fromRowGroup, version, cancellationToken);

    /// <summary>
    /// Returns whether it is known without reading a row group that each of its rows has a valid time outside of a range.
    /// </summary>
    /// <param name="rowGroup">The index of the row group.</param>
    /// <param name="range">The range.</param>
    /// <returns>Whether it is; <see langword="false"/> if it is not known.</returns>
    bool IsOutside(int rowGroup, TimeRange range) => false;
}

/// <summary>What the footer says about one row group.</summary>
/// <param name="Rows">The number of rows; may be 0. Where a mapping turns columns into rows, the number of their cells.</param>
/// <param name="MemoryBytes">
/// An upper estimate of the memory that reading and writing it needs: compressed chunks, decoded columns and their order.
/// </param>
public readonly record struct RowGroupInfo(long Rows, long MemoryBytes);
