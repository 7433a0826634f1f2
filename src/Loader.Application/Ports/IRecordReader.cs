using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>Reads the records that a destination holds. It never changes the destination.</summary>
internal interface IRecordReader
{
    /// <summary>Gets how the destination is read.</summary>
    ReaderTraits Traits { get; }

    /// <summary>Finds the table of a dataset. It changes nothing and creates nothing.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The table, which may not exist.</returns>
    /// <exception cref="Results.LoadException">The destination cannot be used, access is denied, or it cannot be reached.</exception>
    Task<StoredTable> FindTableAsync(DatasetType dataset, CancellationToken cancellationToken);

    /// <summary>Estimates what reading slices costs.</summary>
    /// <param name="slices">The slices.</param>
    /// <returns>The estimate, or <see langword="null"/> if a query has no price.</returns>
    QueryEstimate? Estimate(IReadOnlyList<RecordSlice> slices) => null;

    /// <summary>Reads the records of a slice, in any order. One slice is read at a time.</summary>
    /// <param name="slice">The slice. Its table exists.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>Pages of records; each is valid until the next one is requested.</returns>
    /// <exception cref="Results.LoadException">The destination refuses the query, or it cannot be reached.</exception>
    IAsyncEnumerable<ReadOnlyMemory<FoundRecord>> ReadAsync(RecordSlice slice, CancellationToken cancellationToken);
}

/// <summary>How a destination is read.</summary>
internal sealed record ReaderTraits
{
    /// <summary>Gets a value indicating whether a record may become visible some time after it was written.</summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool IsEventuallyConsistent { get; init; }

    /// <summary>Gets the number of rows of the file that a slice may cover, unless they all have the same time.</summary>
    /// <value>Default: 100,000.</value>
    public int MaxRows { get; init; } = 100_000;

    /// <summary>Gets the number of series that a slice may cover.</summary>
    /// <value>Default: no limit.</value>
    public int MaxSeries { get; init; } = int.MaxValue;
}

/// <summary>The table of a dataset, as it was found.</summary>
/// <param name="Name">The name of the table, for messages.</param>
/// <param name="Limits">The limits of the destination: a load does not send rows beyond them.</param>
internal sealed record StoredTable(string Name, DestinationLimits Limits)
{
    /// <summary>Gets a value indicating whether the versions of records can be read.</summary>
    /// <value>Default: <see langword="false"/>; then <see cref="FoundRecord.Version"/> is 0.</value>
    public bool HasVersions { get; init; }

    /// <summary>Gets a value indicating whether older versions of a record stay in the table beside the newest one.</summary>
    /// <value>Default: <see langword="false"/>; then a second record of a series and time is one too many.</value>
    public bool KeepsOlderVersions { get; init; }

    /// <summary>Gets what does not exist, as a sentence; <see langword="null"/> if the table exists.</summary>
    public string? Missing { get; init; }

    /// <summary>Gets what could not be found out about the table, and what follows from it; <see langword="null"/> if nothing.</summary>
    public string? Note { get; init; }
}

/// <summary>Some series of a file in a range of time.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Series">The series, at least one.</param>
/// <param name="From">The first time, in nanoseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="To">The last time, inclusive, in nanoseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Rows">The number of rows of the file.</param>
internal sealed record RecordSlice(
    DatasetType Dataset, IReadOnlyList<Series> Series, long From, long To, long Rows);

/// <summary>A record that a destination holds.</summary>
/// <param name="SeriesId">The id of its series in the file: <see cref="Domain.Series.Id"/>.</param>
/// <param name="Time">The time, in nanoseconds since 1970-01-01T00:00:00Z.</param>
/// <param name="Value">The value; NaN if the destination holds none.</param>
internal readonly record struct FoundRecord(int SeriesId, long Time, double Value)
{
    /// <summary>Gets the version, or 0 if the destination does not tell it.</summary>
    public long Version { get; init; }

    /// <summary>
    /// Gets the first 8 digits of <see cref="RecordSource.Fingerprint"/> as a number, or <see langword="null"/> if the destination does not
    /// tell it.
    /// </summary>
    public uint? Fingerprint { get; init; }

    /// <summary>Gets a value indicating whether the record has another unit than the series of the file.</summary>
    public bool HasOtherUnit { get; init; }
}

/// <summary>What queries are expected to cost. It is an estimate: the service decides what it meters.</summary>
/// <param name="Queries">The number of queries.</param>
/// <param name="Bytes">The number of bytes that the service meters at least.</param>
internal readonly record struct QueryEstimate(long Queries, long Bytes);
