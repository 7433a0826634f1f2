using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>Opens processed Parquet files.</summary>
public interface IParquetSource
{
    /// <summary>Reads the footer, judges the schema and pins the file as it is now.</summary>
    /// <param name="file">The file.</param>
    /// <param name="dataset">The dataset whose columns it must have.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The open file; the caller disposes it.</returns>
    /// <exception cref="Results.LoadException">
    /// The file is not there, may not be read, is no Parquet file, or lacks columns (one message lists every fault).
    /// </exception>
    Task<IParquetFile> OpenAsync(SourceFile file, DatasetType dataset, CancellationToken cancellationToken);
}
