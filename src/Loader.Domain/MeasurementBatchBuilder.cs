using System.Buffers;
using System.Collections.Immutable;

namespace Loader.Domain;

/// <summary>Fills the columns of one <see cref="MeasurementBatch"/>.</summary>
/// <remarks>
/// Owns pooled arrays until <see cref="Build"/> moves them into the batch; <see cref="Dispose"/> returns to the pool what was not moved.
/// The content of the spans is undefined at first, except <see cref="Verdicts"/>, which starts as <see cref="RejectionReason.None"/>.
/// </remarks>
public sealed class MeasurementBatchBuilder : IDisposable
{
    private long[]? _times;
    private double[]? _values;
    private int[]? _seriesIds;
    private RejectionReason[]? _verdicts;
    private long[]? _versions;

    /// <summary>Initializes a new instance of the <see cref="MeasurementBatchBuilder"/> class.</summary>
    /// <param name="catalog">The file's series; ids in <see cref="SeriesIds"/> refer to it.</param>
    /// <param name="rowGroup">The index of the row group in the file, from 0.</param>
    /// <param name="firstRow">The number of rows in the file before this row group.</param>
    /// <param name="count">The number of rows.</param>
    /// <param name="timeUnit">The unit of the times.</param>
    /// <param name="version">The version of every record.</param>
    public MeasurementBatchBuilder(SeriesCatalog catalog, int rowGroup, long firstRow, int count, TimeUnit timeUnit, long version)
    {
        ArgumentNullException.ThrowIfNull(catalog);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        Catalog = catalog;
        RowGroup = rowGroup;
        FirstRow = firstRow;
        Count = count;
        TimeUnit = timeUnit;
        Version = version;
        _times = ArrayPool<long>.Shared.Rent(count);
        _values = ArrayPool<double>.Shared.Rent(count);
        _seriesIds = ArrayPool<int>.Shared.Rent(count);
        _verdicts = ArrayPool<RejectionReason>.Shared.Rent(count);
        _verdicts.AsSpan(0, count).Clear();
    }

    /// <summary>Gets the file's series.</summary>
    public SeriesCatalog Catalog { get; }

    /// <summary>Gets the index of the row group in the file, from 0.</summary>
    public int RowGroup { get; }

    /// <summary>Gets the number of rows in the file before this row group.</summary>
    public long FirstRow { get; }

    /// <summary>Gets the number of rows.</summary>
    public int Count { get; }

    /// <summary>Gets the unit of <see cref="Times"/>.</summary>
    public TimeUnit TimeUnit { get; }

    /// <summary>Gets the version of every record.</summary>
    public long Version { get; }

    /// <summary>Gets or sets the number that <see cref="MeasurementBatch.AmbiguousTimes"/> returns.</summary>
    public int AmbiguousTimes { get; set; }

    /// <summary>
    /// Gets or sets the names that <see cref="MeasurementBatch.Columns"/> returns; <see cref="Count"/> is a multiple of their number.
    /// </summary>
    public ImmutableArray<string> Columns { get; set; } = [];

    /// <summary>Gets or sets the number of rows whose verdict leaves them out on purpose.</summary>
    public int Filtered { get; set; }

    /// <summary>Gets the times to fill; <see cref="MeasurementBatch.MissingTime"/> if missing.</summary>
    public Span<long> Times => Owned(_times);

    /// <summary>Gets the values to fill; NaN if missing.</summary>
    public Span<double> Values => Owned(_values);

    /// <summary>Gets the series ids to fill.</summary>
    public Span<int> SeriesIds => Owned(_seriesIds);

    /// <summary>Gets the verdicts to fill where only the reader can tell, such as <see cref="RejectionReason.UnreadableTime"/>.</summary>
    public Span<RejectionReason> Verdicts => Owned(_verdicts);

    /// <summary>Gets the versions to fill if rows have versions of their own. Reading the property once makes the batch use them.</summary>
    public Span<long> Versions => Owned(_versions ??= ArrayPool<long>.Shared.Rent(Count));

    internal Dictionary<int, string>? OriginalTimes { get; private set; }

    internal Dictionary<int, string>? Details { get; private set; }

    internal RowOrigin[]? Origins { get; private set; }

    /// <summary>Keeps the text of a time that could not be read.</summary>
    /// <param name="row">The row's index.</param>
    /// <param name="text">The text as in the file.</param>
    public void KeepOriginalTime(int row, string text) => (OriginalTimes ??= []).Add(row, text);

    /// <summary>Keeps what a message about an invalid row says beside its reason.</summary>
    /// <param name="row">The row's index.</param>
    /// <param name="text">The text.</param>
    public void KeepDetail(int row, string text) => (Details ??= [])[row] = text;

    /// <summary>Sets where each row was first read. Only replayed rows have such an origin.</summary>
    /// <param name="origins">One origin for each row.</param>
    public void SetOrigins(RowOrigin[] origins)
    {
        ArgumentNullException.ThrowIfNull(origins);
        if (origins.Length != Count)
        {
            throw new ArgumentException($"There are {origins.Length} origins for {Count} rows.", nameof(origins));
        }

        Origins = origins;
    }

    /// <summary>Moves the columns into a batch. The builder cannot be used afterwards.</summary>
    /// <returns>The batch; the caller owns it.</returns>
    public MeasurementBatch Build()
    {
        ObjectDisposedException.ThrowIf(_times is null || _values is null || _seriesIds is null || _verdicts is null, this);
        var batch = new MeasurementBatch(this, _times, _values, _seriesIds, _verdicts, _versions);
        (_times, _values, _seriesIds, _verdicts, _versions) = (null, null, null, null, null);
        return batch;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        MeasurementBatch.Return(ref _times);
        MeasurementBatch.Return(ref _values);
        MeasurementBatch.Return(ref _seriesIds);
        MeasurementBatch.Return(ref _verdicts);
        MeasurementBatch.Return(ref _versions);
    }

    private Span<T> Owned<T>(T[]? array)
    {
        ObjectDisposedException.ThrowIf(array is null, this);
        return array.AsSpan(0, Count);
    }
}
