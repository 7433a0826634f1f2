using Loader.Domain;

namespace Loader.Application.Ports;

/// <summary>A destination for records.</summary>
public interface IRecordSink
{
    /// <summary>
    /// Gets what the sink does now, or <see langword="null"/> if it sends no requests. Reading it neither blocks nor starts anything.
    /// </summary>
    SinkActivity? Activity => null;

    /// <summary>Asks what is known about the destination of a dataset. It changes nothing: no file, no table, no record.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The destination.</returns>
    /// <exception cref="Results.LoadException">The destination cannot be used, access is denied, or it cannot be reached.</exception>
    Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken);

    /// <summary>
    /// Prepares the destination of a dataset for writing. A sink that owns its files and tables creates them; one that does not checks that
    /// they exist.
    /// </summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A writer for one load of one file; the caller disposes it.</returns>
    /// <exception cref="Results.LoadException">The destination does not exist, access is denied, or it cannot be reached.</exception>
    Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken);

    /// <summary>
    /// Prepares the destination for the records of one file. A sink that need not know what the records are made from implements only
    /// <see cref="OpenAsync(DatasetType, CancellationToken)"/>.
    /// </summary>
    /// <param name="source">What the records are made from.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>A writer for one load of the file; the caller disposes it.</returns>
    /// <exception cref="Results.LoadException">The destination does not exist, access is denied, or it cannot be reached.</exception>
    Task<IRecordWriter> OpenAsync(RecordSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        return OpenAsync(source.Dataset, cancellationToken);
    }
}
