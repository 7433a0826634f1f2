using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application;

/// <summary>Tells which dataset a file belongs to, by the Hive segment <c>dataset=</c> of its key.</summary>
internal static class DatasetInKey
{
    /// <summary>Returns the dataset that a request names, or else the one in its file's key.</summary>
    /// <param name="request">The request.</param>
    /// <returns>The dataset.</returns>
    /// <exception cref="UnknownDatasetException">Neither says one.</exception>
    public static DatasetType Of(LoadRequest request)
    {
        if (request.Dataset is { } known)
        {
            return known;
        }

        string key = request.File.Key;
        string? name = HiveKey.Find(key, "dataset");
        if (DatasetType.TryParse(name, out DatasetType? dataset))
        {
            return dataset;
        }

        string expected = string.Join('|', DatasetType.All.Select(d => d.Name));
        string found = name is null ? "has no 'dataset=' segment" : $"says dataset '{name}'";
        string hint = name is null && key.Contains("dataset%3D", StringComparison.OrdinalIgnoreCase)
            ? " The key looks URL-encoded ('%3D' stands for '='): decode it once before it is used."
            : "";
        throw new UnknownDatasetException(PlainText.Escape(
            $"Cannot tell the dataset of {request.File}: its key {found}. Expected is a segment 'dataset={expected}', or a dataset named in the request.{hint}"))
        {
            File = request.File,
        };
    }
}
