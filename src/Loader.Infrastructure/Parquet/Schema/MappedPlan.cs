using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Schema;

/// <summary>What a mapping adds to a <see cref="ColumnPlan"/>. <see cref="MappingCompiler"/> creates it for one file.</summary>
/// <param name="Identity">The mapping.</param>
/// <param name="Time">How times are read.</param>
/// <param name="Values">The columns of values, one unless columns become rows.</param>
/// <param name="Value">What is done to values.</param>
/// <param name="Unpivot">Which columns become rows, or <see langword="null"/>.</param>
/// <param name="StepSeconds">The length of an interval in seconds; 0 if it is not known.</param>
/// <param name="Series">How series are made from columns.</param>
internal sealed record MappedPlan(
    AppliedMapping Identity,
    MappedTime Time,
    IReadOnlyList<MappedValue> Values,
    ValueSource Value,
    UnpivotSource? Unpivot,
    int StepSeconds,
    SeriesPlan Series);

/// <summary>How times are read.</summary>
/// <param name="Formats">The formats of text, or <see langword="null"/> for ISO 8601.</param>
/// <param name="Zone">The zone of times without one, or <see langword="null"/> for that of the source.</param>
/// <param name="IgnoresUtcFlag">Whether times that the column declares to be in UTC are local.</param>
/// <param name="Of">What <paramref name="Second"/> holds.</param>
/// <param name="Second">The column that belongs to the column of dates, or <see langword="null"/>.</param>
/// <param name="SecondFormats">The formats of text in it, or <see langword="null"/> for ISO 8601.</param>
/// <param name="IsEnd">Whether times are the ends of intervals.</param>
internal sealed record MappedTime(
    TimeFormats? Formats,
    TimeZoneInfo? Zone,
    bool IgnoresUtcFlag,
    TimePart Of,
    SchemaColumn? Second,
    TimeFormats? SecondFormats,
    bool IsEnd);

/// <summary>What the second column of a time holds.</summary>
internal enum TimePart
{
    /// <summary>There is no second column.</summary>
    None,

    /// <summary>The time of day.</summary>
    TimeOfDay,

    /// <summary>The number of the interval since local midnight, from 1.</summary>
    Period,
}

/// <summary>A column of values.</summary>
/// <param name="Column">The column, or <see langword="null"/> if all its values are null.</param>
/// <param name="Name">The column's name.</param>
/// <param name="Constants">The parts of the series that the column's name gives, by <see cref="SeriesPart"/>.</param>
internal sealed record MappedValue(SchemaColumn? Column, string Name, IReadOnlyList<string?> Constants);

/// <summary>How the texts of columns give the parts of a series.</summary>
/// <param name="Parts">The columns of each part, by <see cref="SeriesPart"/>; <see langword="null"/> for a part without columns.</param>
/// <param name="Constants">The parts that are the same in all rows, by <see cref="SeriesPart"/>.</param>
/// <param name="Conditions">The conditions that rows must meet.</param>
internal sealed record SeriesPlan(
    IReadOnlyList<PartPlan?> Parts, IReadOnlyList<string?> Constants, IReadOnlyList<ConditionPlan> Conditions);

/// <summary>How the texts of columns give one part of a series.</summary>
/// <param name="Columns">Indexes into <see cref="ColumnPlan.Dimensions"/>.</param>
/// <param name="Names">The names of the columns, for messages.</param>
/// <param name="Join">The text between them.</param>
/// <param name="Rule">What is done to the joined text.</param>
internal sealed record PartPlan(IReadOnlyList<int> Columns, string Names, string Join, TextRule Rule);

/// <summary>A condition that rows must meet.</summary>
/// <param name="Column">An index into <see cref="ColumnPlan.Dimensions"/>.</param>
/// <param name="Condition">The condition.</param>
/// <param name="Texts">Its texts without null.</param>
internal sealed record ConditionPlan(int Column, RowCondition Condition, IReadOnlySet<string> Texts)
{
    /// <summary>Gets a value indicating whether null is among the texts.</summary>
    public bool HasNull { get; } = Condition.Values.Contains(null);
}
