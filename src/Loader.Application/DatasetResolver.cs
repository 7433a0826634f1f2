using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application;

/// <summary>
/// Finds the dataset of a file: the one that the request names, or else that of its mapping, or else the Hive segment <c>dataset=</c> of
/// the file's key.
/// </summary>
internal static class DatasetResolver
{
    /// <summary>Returns the dataset of the requested file.</summary>
    /// <param name="request">The request.</param>
    /// <param name="mapped">The dataset that the file's mapping names, or <see langword="null"/>.</param>
    /// <returns>The dataset.</returns>
    /// <exception cref="UnknownDatasetException">Neither the request, the mapping nor the key names a dataset.</exception>
    public static DatasetType Resolve(LoadRequest request, DatasetType? mapped = null)
    {
        if ((request.Dataset ?? mapped) is { } known)
        {
            return known;
        }

        string key = request.File.PartitionPath;
        string? name = HiveKey.Find(key, "dataset");
        if (DatasetType.TryParse(name, out DatasetType? dataset))
        {
            return dataset;
        }

        string expected = string.Join('|', DatasetType.All.Select(d => d.Name));
        string found = name is null ? "has no 'dataset=' segment" : $"has the unknown dataset '{name}'";
        string hint = name is null && key.Contains("dataset%3D", StringComparison.OrdinalIgnoreCase)
            ? " The key looks URL-encoded ('%3D' stands for '='): decode it first."
            : "";
        throw new UnknownDatasetException(PlainText.Escape(
            $"Cannot tell the dataset of {request.File}: its key {found}. " +
            "Name the dataset (on the command line with --dataset, in the input of a function with \"dataset\"), " +
            $"or use a key with a segment 'dataset={expected}'.{hint}"))
        {
            File = request.File,
        };
    }
}
