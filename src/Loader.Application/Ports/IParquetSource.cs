using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>Opens Parquet files.</summary>
public interface IParquetSource
{
    /// <summary>Returns the dataset that a mapping gives a file, before the file is opened.</summary>
    /// <param name="file">The file.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The dataset, or <see langword="null"/> if no mapping applies.</returns>
    /// <exception cref="Results.LoadException">The mappings cannot be read.</exception>
    ValueTask<DatasetType?> FindDatasetAsync(SourceFile file, CancellationToken cancellationToken) => default;

    /// <summary>Reads the footer, checks the schema and pins the current version of the file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="dataset">The dataset whose columns it must have.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The open file; the caller disposes it.</returns>
    /// <exception cref="Results.LoadException">
    /// The file does not exist, access is denied, it is not a Parquet file, or its schema does not match (one message lists every fault).
    /// </exception>
    Task<IParquetFile> OpenAsync(SourceFile file, DatasetType dataset, CancellationToken cancellationToken);
}
