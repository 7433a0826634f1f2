using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Loader.Domain;

/// <summary>One of the three datasets, with the columns of its files.</summary>
/// <remarks>There are exactly three instances; they are compared by reference.</remarks>
public sealed class DatasetType
{
    private DatasetType(string name, string subjectColumn)
    {
        Name = name;
        SubjectColumn = subjectColumn;
    }

    /// <summary>Gets the dataset of generated energy; its subject is <c>energy_source</c>.</summary>
    public static DatasetType Generation { get; } = new("generation", "energy_source");

    /// <summary>Gets the dataset of consumed energy; its subject is <c>consumer_type</c>.</summary>
    public static DatasetType Consumption { get; } = new("consumption", "consumer_type");

    /// <summary>Gets the dataset of transmitted energy; its subject is <c>line_id</c>.</summary>
    public static DatasetType Transmission { get; } = new("transmission", "line_id");

    /// <summary>Gets all datasets.</summary>
    public static ImmutableArray<DatasetType> All { get; } = [Generation, Consumption, Transmission];

    /// <summary>Gets the name in lower case, as in keys, metrics and the <c>dataset_type</c> dimension.</summary>
    public string Name { get; }

    /// <summary>Gets the column that only this dataset has: <c>energy_source</c>, <c>consumer_type</c> or <c>line_id</c>.</summary>
    public string SubjectColumn { get; }

    /// <summary>Finds a dataset by name.</summary>
    /// <param name="name">The name; case is ignored.</param>
    /// <param name="dataset">The dataset, or <see langword="null"/> if no dataset has this name.</param>
    /// <returns><see langword="true"/> if a dataset has this name.</returns>
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
