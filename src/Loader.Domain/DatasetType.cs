using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Loader.Domain;

/// <summary>One of the three datasets, with the columns that its files have.</summary>
/// <remarks>There are exactly three instances; equality is identity.</remarks>
public sealed class DatasetType
{
    private DatasetType(string name, string subjectColumn)
    {
        Name = name;
        SubjectColumn = subjectColumn;
        RequiredColumns =
        [
            ColumnNames.Timestamp,
            ColumnNames.Region,
            ColumnNames.Value,
            ColumnNames.Unit,
            ColumnNames.MeasurementType,
            subjectColumn,
        ];
    }

    /// <summary>Gets the dataset of generated energy; its subject is <c>energy_source</c>.</summary>
    public static DatasetType Generation { get; } = new("generation", "energy_source");

    /// <summary>Gets the dataset of consumed energy; its subject is <c>consumer_type</c>.</summary>
    public static DatasetType Consumption { get; } = new("consumption", "consumer_type");

    /// <summary>Gets the dataset of transmitted energy; its subject is <c>line_id</c>.</summary>
    public static DatasetType Transmission { get; } = new("transmission", "line_id");

    /// <summary>Gets all datasets.</summary>
    public static ImmutableArray<DatasetType> All { get; } = [Generation, Consumption, Transmission];

    /// <summary>Gets the name as keys, metrics and the <c>dataset_type</c> dimension spell it: lower case.</summary>
    public string Name { get; }

    /// <summary>Gets the column that only this dataset has: <c>energy_source</c>, <c>consumer_type</c> or <c>line_id</c>.</summary>
    public string SubjectColumn { get; }

    /// <summary>Gets the columns that a file of this dataset must have. <c>quality_flag</c> is optional and not among them.</summary>
    public ImmutableArray<string> RequiredColumns { get; }

    /// <summary>Finds the dataset of a name.</summary>
    /// <param name="name">A name; upper and lower case are the same.</param>
    /// <param name="dataset">The dataset, when there is one of that name.</param>
    /// <returns>Whether the name is a dataset's.</returns>
    public static bool TryParse(string? name, [NotNullWhen(true)] out DatasetType? dataset)
    {
        foreach (DatasetType candidate in All)
        {
            if (string.Equals(candidate.Name, name, StringComparison.OrdinalIgnoreCase))
            {
                dataset = candidate;
                return true;
            }
        }

        dataset = null;
        return false;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
