using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>A destination for records.</summary>
public interface IRecordSink
{
    /// <summary>Checks that the destination of a dataset exists, and learns its limits.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A writer for one load of one file; the caller disposes it.</returns>
    /// <exception cref="Results.LoadException">The destination does not exist, access is denied, or it cannot be reached.</exception>
    Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken);
}
