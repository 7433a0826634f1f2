using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>A place that records are written to.</summary>
public interface IRecordSink
{
    /// <summary>Makes sure that the place for a dataset is there and says what it takes.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A writer for one load of one file; the caller disposes it.</returns>
    /// <exception cref="Results.LoadException">The place is missing, may not be written or cannot be reached.</exception>
    Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken);
}
