using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application;

/// <summary>What to load and how.</summary>
/// <param name="File">The file.</param>
public sealed record LoadRequest(SourceFile File)
{
    /// <summary>Gets the dataset, or <see langword="null"/> to take it from the <c>dataset=</c> segment of the key.</summary>
    public DatasetType? Dataset { get; init; }

    /// <summary>Gets the object version, or <see langword="null"/> to take the time at which the object was last modified.</summary>
    public ObjectVersion? Version { get; init; }

    /// <summary>Gets where to go on, or <see langword="null"/> to begin at the first row group.</summary>
    public ResumeToken? Resume { get; init; }

    /// <summary>Gets the time by which the load must have ended; it stops early enough. <see langword="null"/>: none.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// Gets the signal to stop cleanly: no further row group is begun, what is in flight settles, and the load ends as
    /// <see cref="Results.IncompleteLoadException"/>.
    /// </summary>
    public CancellationToken StopPulling { get; init; }

    /// <summary>Gets who is told after each row group, or <see langword="null"/>. Called from many threads.</summary>
    public IProgress<LoadProgress>? Progress { get; init; }
}
