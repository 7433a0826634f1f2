using Loader.Domain;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Schema;

/// <summary>The parts of a <see cref="SeriesKey"/>, starting with those that vary least between rows.</summary>
internal enum SeriesPart
{
    Unit,
    MeasurementType,
    QualityFlag,
    Region,
    Subject,
}

/// <summary>The columns of a file that are read, and what each is used for. <see cref="SchemaValidator"/> creates it.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Time">The column of times, or <see langword="null"/> if all are null.</param>
/// <param name="Value">The column of values, or <see langword="null"/> if all are null.</param>
/// <param name="Dimensions">The columns that identify the series, in the order in which their codes are combined.</param>
/// <param name="Constants">The values from the file's key that replace missing columns, and null for columns without a value.</param>
/// <param name="Version">The column of record versions in a file of rejected rows, or <see langword="null"/>.</param>
/// <param name="Reason">The column of reasons in a file of rejected rows, or <see langword="null"/>.</param>
/// <param name="AllNull">The columns that need not be read because they hold nothing but nulls.</param>
internal sealed record ColumnPlan(
    DatasetType Dataset,
    SchemaColumn? Time,
    SchemaColumn? Value,
    IReadOnlyList<(SeriesPart Part, SchemaColumn Column)> Dimensions,
    IReadOnlyList<(SeriesPart Part, string? Value)> Constants,
    SchemaColumn? Version,
    SchemaColumn? Reason,
    IReadOnlyList<SchemaColumn> AllNull)
{
    private IReadOnlyList<SchemaColumn>? _columns;

    /// <summary>Gets a value indicating whether the file has the columns of rows that the loader kept.</summary>
    public required bool HoldsKeptRows { get; init; }

    /// <summary>Gets the columns that say where kept rows were first read, or <see langword="null"/>.</summary>
    public OriginColumns? Origin { get; init; }

    /// <summary>Gets what a mapping adds, or <see langword="null"/> if the file is read as it is.</summary>
    public MappedPlan? Mapped { get; init; }

    /// <summary>Gets the number of rows that each row of the file gives.</summary>
    public int RowsPerRow => Mapped?.Values.Count ?? 1;

    /// <summary>Gets all columns that are read, each once.</summary>
    public IReadOnlyList<SchemaColumn> Columns => _columns ??=
    [
        .. new[] { Time, Value }.Concat(Dimensions.Select(d => d.Column))
            .Concat([Version, Reason, Origin?.Source, Origin?.RowGroup, Origin?.Row])
            .Concat(Mapped?.Values.Select(v => v.Column) ?? [])
            .Append(Mapped?.Time.Second)
            .OfType<SchemaColumn>()
            .Distinct(ReferenceEqualityComparer.Instance)
            .Cast<SchemaColumn>(),
    ];
}

/// <summary>The columns that say where kept rows were first read.</summary>
/// <param name="Source">The name of the file: text.</param>
/// <param name="RowGroup">The index of the row group: an integer.</param>
/// <param name="Row">The index of the row in its row group: an integer.</param>
internal sealed record OriginColumns(SchemaColumn Source, SchemaColumn RowGroup, SchemaColumn Row);
