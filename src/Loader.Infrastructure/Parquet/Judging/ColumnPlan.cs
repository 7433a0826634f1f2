using Loader.Domain;
using Loader.Infrastructure.Parquet.Columns;

namespace Loader.Infrastructure.Parquet.Judging;

/// <summary>Which column of a file is used for what; made by <see cref="SchemaJudge"/>.</summary>
/// <param name="Dataset">The dataset.</param>
/// <param name="Time">The column of times.</param>
/// <param name="Value">The column of values.</param>
/// <param name="Dimensions">The columns that name the series, in the order in which they are folded.</param>
/// <param name="Constants">What the file's key says in place of columns that it lacks.</param>
/// <param name="Version">The column of versions, in files of rejected rows.</param>
internal sealed record ColumnPlan(
    DatasetType Dataset,
    SourceColumn Time,
    SourceColumn Value,
    IReadOnlyList<(SeriesPart Part, SourceColumn Column)> Dimensions,
    IReadOnlyList<(SeriesPart Part, string Value)> Constants,
    SourceColumn? Version)
{
    /// <summary>Gets every column that is read.</summary>
    public IReadOnlyList<SourceColumn> Columns { get; } =
        [Time, Value, .. Dimensions.Select(d => d.Column), .. Version is null ? Array.Empty<SourceColumn>() : [Version]];
}
