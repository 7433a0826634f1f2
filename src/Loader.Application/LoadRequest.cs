using Loader.Application.Quality;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application;

/// <summary>What to load and how.</summary>
/// <param name="File">The file.</param>
public sealed record LoadRequest(SourceFile File)
{
    /// <summary>Gets the dataset, or <see langword="null"/> to take it from the <c>dataset=</c> segment of the key.</summary>
    public DatasetType? Dataset { get; init; }

    /// <summary>Gets the object version, or <see langword="null"/> to use the time at which the object was last modified.</summary>
    public ObjectVersion? Version { get; init; }

    /// <summary>Gets the token of an incomplete load to resume, or <see langword="null"/> to begin at the first row group.</summary>
    public ResumeToken? Resume { get; init; }

    /// <summary>
    /// Gets a value indicating whether a file that is not the one of <see cref="Resume"/> any more is loaded from its first row group.
    /// Otherwise the load fails with <see cref="SourceChangedException"/>.
    /// </summary>
    public bool RestartsIfChanged { get; init; }

    /// <summary>
    /// Gets the ETag of the content that an earlier load finished, without quotes, or <see langword="null"/>. A file that still has it is
    /// skipped as <see cref="SkipReason.AlreadyLoaded"/>; any other is loaded, without another request for its beginning.
    /// </summary>
    public string? LoadedETag { get; init; }

    /// <summary>
    /// Gets a value indicating whether the file was found by a listing or an event and was not named by a person. Such a file is skipped if
    /// it holds rows that the loader kept.
    /// </summary>
    public bool IsListed { get; init; }

    /// <summary>
    /// Gets a value indicating whether kept rows are replayed. A file that holds none is skipped, even if a person named it.
    /// </summary>
    public bool IsReplay { get; init; }

    /// <summary>
    /// Gets the ETag that an event named, without quotes, or <see langword="null"/>. If the file that is opened has another one,
    /// <see cref="LoadReport.ReplacedSinceEvent"/> says so.
    /// </summary>
    public string? EventETag { get; init; }

    /// <summary>Gets the range of time to load. Rows outside of it are filtered. Default: all times.</summary>
    public TimeRange TimeRange { get; init; }

    /// <summary>Gets the judge of the run's series, or <see langword="null"/> to judge none. It never changes what is stored.</summary>
    public QualityJudge? Quality { get; init; }

    /// <summary>Gets the time by which the load must have ended, or <see langword="null"/> for none. The load stops early enough.</summary>
    public DateTimeOffset? Deadline { get; init; }

    /// <summary>
    /// Gets the signal to stop cleanly: no further row group begins, those in flight settle, and the load ends with an
    /// <see cref="IncompleteLoadException"/> that can be resumed.
    /// </summary>
    public CancellationToken StopRequested { get; init; }

    /// <summary>Gets the receiver of progress after each row group, or <see langword="null"/>. It is called from several threads.</summary>
    public IProgress<LoadProgress>? Progress { get; init; }
}

/// <summary>The progress of a load.</summary>
/// <param name="RowsSettled">The number of rows whose outcome is known, in the row groups to load.</param>
/// <param name="RowsTotal">The number of rows in the row groups to load.</param>
public readonly record struct LoadProgress(long RowsSettled, long RowsTotal);
