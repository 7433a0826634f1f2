using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;

namespace Loader.Domain;

/// <summary>The rows of one row group as columns: time, value, series id, verdict; row <c>i</c> is element <c>i</c> of each.</summary>
/// <remarks>
/// Owns pooled arrays until <see cref="Dispose"/>; using a batch after that throws <see cref="ObjectDisposedException"/>. A batch has one
/// owner at a time. A method that receives a batch keeps no reference to it after it returns. Rows are never removed, so a row's index is
/// its position in the row group.
/// </remarks>
public sealed class MeasurementBatch : IDisposable
{
    /// <summary>The value in <see cref="Times"/> of a time that is null or could not be read.</summary>
    public const long MissingTime = long.MinValue;

    private readonly ReadOnlyMemory<Series> _series;
    private readonly Dictionary<int, string>? _originalTimes;
    private readonly Dictionary<int, string>? _details;
    private readonly RowOrigin[]? _origins;
    private readonly int _count;
    private long[]? _times;
    private double[]? _values;
    private int[]? _seriesIds;
    private RejectionReason[]? _verdicts;
    private long[]? _versions;

    internal MeasurementBatch(
        MeasurementBatchBuilder builder, long[] times, double[] values, int[] seriesIds, RejectionReason[] verdicts, long[]? versions)
    {
        Dataset = builder.Catalog.Dataset;
        RowGroup = builder.RowGroup;
        FirstRow = builder.FirstRow;
        TimeUnit = builder.TimeUnit;
        Version = builder.Version;
        AmbiguousTimes = builder.AmbiguousTimes;
        _count = builder.Count;
        _series = builder.Catalog.Snapshot;
        _originalTimes = builder.OriginalTimes;
        _details = builder.Details;
        Columns = builder.Columns;
        Filtered = builder.Filtered;
        _origins = builder.Origins;
        _times = times;
        _values = values;
        _seriesIds = seriesIds;
        _verdicts = verdicts;
        _versions = versions;
    }

    /// <summary>Gets the dataset of all rows.</summary>
    public DatasetType Dataset { get; }

    /// <summary>Gets the index of the row group in its file, from 0.</summary>
    public int RowGroup { get; }

    /// <summary>Gets the number of rows in the file before this row group.</summary>
    public long FirstRow { get; }

    /// <summary>Gets the unit of <see cref="Times"/>.</summary>
    public TimeUnit TimeUnit { get; }

    /// <summary>Gets the version of every record, unless <see cref="Versions"/> holds one for each row.</summary>
    public long Version { get; }

    /// <summary>
    /// Gets the number of local times of a series that occur twice in the source's zone, because clocks were set back, but only once in the
    /// file. They were read as the earlier instant. Counted in the last row group that can hold the second occurrence, not in their own.
    /// </summary>
    public int AmbiguousTimes { get; }

    /// <summary>
    /// Gets the names of the columns of values that a mapping turned into rows; empty for all other files. Then rows are cells: those of
    /// the first column come first, in the order of the file's rows.
    /// </summary>
    public ImmutableArray<string> Columns { get; }

    /// <summary>
    /// Gets the number of rows that are left out on purpose: <see cref="RejectionReasons.IsFiltered"/>. Their verdicts say why.
    /// </summary>
    public int Filtered { get; internal set; }

    /// <summary>Gets the number of rows, including invalid and filtered ones.</summary>
    public int Count => _count;

    /// <summary>Gets the times in <see cref="TimeUnit"/> since 1970-01-01T00:00:00Z; <see cref="MissingTime"/> if missing.</summary>
    public ReadOnlySpan<long> Times => Owned(_times);

    /// <summary>Gets the values in the unit of their series; NaN if missing.</summary>
    public ReadOnlySpan<double> Values => Owned(_values);

    /// <summary>Gets the series of each row: an index into <see cref="SeriesById"/>.</summary>
    public ReadOnlySpan<int> SeriesIds => Owned(_seriesIds);

    /// <summary>
    /// Gets the verdict on each row: why it is not stored, or <see cref="RejectionReason.None"/>. <see cref="MeasurementRules"/> writes to
    /// it.
    /// </summary>
    public Span<RejectionReason> Verdicts => Owned(_verdicts);

    /// <summary>
    /// Gets the version of each record, or an empty span if all have <see cref="Version"/>. Only replayed rows have versions of their own.
    /// </summary>
    public ReadOnlySpan<long> Versions => _versions is null ? default : Owned(_versions);

    /// <summary>Gets the series of the file so far, by id. It contains every id in <see cref="SeriesIds"/>.</summary>
    public ReadOnlySpan<Series> SeriesById => _series.Span;

    /// <summary>Gets one row as a value.</summary>
    /// <param name="row">The row's index, from 0 to <see cref="Count"/> - 1.</param>
    public EnergyMeasurement this[int row] =>
        new(row, Times[row], TimeUnit, Values[row], SeriesById[SeriesIds[row]], VersionOf(row), Verdicts[row]);

    /// <summary>Returns the version of one record.</summary>
    /// <param name="row">The row's index.</param>
    /// <returns>The version.</returns>
    public long VersionOf(int row) => _versions is null ? Version : Owned(_versions)[row];

    /// <summary>Returns the text of a time that could not be read.</summary>
    /// <param name="row">The row's index.</param>
    /// <returns>The text as in the file, or <see langword="null"/> if the time was null or could be read.</returns>
    public string? OriginalTimeOf(int row) => _originalTimes?.GetValueOrDefault(row);

    /// <summary>Returns what a message about an invalid row says beside its reason.</summary>
    /// <param name="row">The row's index.</param>
    /// <returns>The text, or <see langword="null"/>.</returns>
    public string? DetailOf(int row) => _details?.GetValueOrDefault(row) ?? SeriesById[SeriesIds[row]].Detail;

    /// <summary>Returns the index of the file's row, in its row group, that a row of the batch comes from.</summary>
    /// <param name="row">The row's index.</param>
    /// <returns>The index; <paramref name="row"/> unless <see cref="Columns"/> were turned into rows.</returns>
    public int SourceRowOf(int row) => Columns.IsEmpty ? row : row % (_count / Columns.Length);

    /// <summary>Returns the name of the column that a row was made from.</summary>
    /// <param name="row">The row's index.</param>
    /// <returns>The name, or <see langword="null"/> unless <see cref="Columns"/> were turned into rows.</returns>
    public string? SourceColumnOf(int row) => Columns.IsEmpty ? null : Columns[row / (_count / Columns.Length)];

    /// <summary>Returns where a replayed row was first read.</summary>
    /// <param name="row">The row's index.</param>
    /// <returns>The origin, or <see langword="null"/> if the row was read from its source and not from a file of kept rows.</returns>
    public RowOrigin? OriginOf(int row) => _origins?[row];

    /// <summary>Returns the arrays to the pool. Later calls have no effect.</summary>
    public void Dispose()
    {
        Return(ref _times);
        Return(ref _values);
        Return(ref _seriesIds);
        Return(ref _verdicts);
        Return(ref _versions);
    }

    internal static void Return<T>(ref T[]? array)
    {
        if (Interlocked.Exchange(ref array, null) is { } rented)
        {
            ArrayPool<T>.Shared.Return(rented);
        }
    }

    private Span<T> Owned<T>(T[]? array)
    {
        ObjectDisposedException.ThrowIf(array is null, this);
        return array.AsSpan(0, _count);
    }
}

/// <summary>
/// One row of a batch as a value. It suits messages and tests; loops over many rows use the columns of <see cref="MeasurementBatch"/>.
/// </summary>
/// <param name="Row">The row's index in its row group, from 0.</param>
/// <param name="Time">
/// The time in <paramref name="TimeUnit"/> since 1970-01-01T00:00:00Z, or <see cref="MeasurementBatch.MissingTime"/>.
/// </param>
/// <param name="TimeUnit">The unit of <paramref name="Time"/>.</param>
/// <param name="Value">The value in the unit of the series; NaN if missing.</param>
/// <param name="Series">The series.</param>
/// <param name="Version">The version of the record.</param>
/// <param name="Verdict">Why the row is not stored, or <see cref="RejectionReason.None"/>.</param>
public readonly record struct EnergyMeasurement(
    int Row, long Time, TimeUnit TimeUnit, double Value, Series Series, long Version, RejectionReason Verdict)
{
    /// <summary>Returns the row as a person reads it.</summary>
    /// <returns>
    /// Text such as <c>row 3: 2024-05-01T00:00:00Z region=SE, … [MW] = 12.5</c>, with the verdict if the row is not stored.
    /// </returns>
    public override string ToString()
    {
        string time = Time == MeasurementBatch.MissingTime ? "no time" : IsoTime.Format(Time, TimeUnit, "Z");
        string value = double.IsNaN(Value) ? "no value" : Value.ToString("R", CultureInfo.InvariantCulture);
        string verdict = Verdict == RejectionReason.None ? "" : $" ({Verdict})";
        return string.Create(CultureInfo.InvariantCulture, $"row {Row}: {time} {Series} = {value}{verdict}");
    }
}

/// <summary>Where a row was first read.</summary>
/// <param name="Source">The file's name, or <see langword="null"/> if it is not known.</param>
/// <param name="RowGroup">The index of the row group, from 0.</param>
/// <param name="Row">The index of the row in its row group, from 0.</param>
public readonly record struct RowOrigin(string? Source, int RowGroup, int Row);
