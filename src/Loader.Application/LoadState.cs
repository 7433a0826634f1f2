using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application;

/// <summary>The facts about one load. <see cref="LoadRun"/> records them; <see cref="LoadConclusion"/> decides on them.</summary>
/// <param name="request">What to load and how.</param>
internal sealed class LoadState(LoadRequest request)
{
    /// <summary>Gets the file.</summary>
    public SourceFile File => request.File;

    /// <summary>Gets the file's name for messages.</summary>
    public string Name { get; } = PlainText.Escape(request.File.ToString());

    /// <summary>Gets or sets the dataset; <see langword="null"/> until it is known.</summary>
    public DatasetType? Dataset { get; set; }

    /// <summary>Gets the object version that records are written with; <see langword="null"/> until the file is open.</summary>
    public ObjectVersion? Version { get; private set; }

    /// <summary>Gets the mapping that the file is read with, or <see langword="null"/> if it is read without one.</summary>
    public AppliedMapping? Mapping { get; private set; }

    /// <summary>Gets the ETag of the file; <see langword="null"/> until the file is open.</summary>
    public string? ETag { get; private set; }

    /// <summary>Gets the S3 version id of the file, if its bucket has versions.</summary>
    public string? VersionId { get; private set; }

    /// <summary>Gets a value indicating whether the file is not the one that the event named.</summary>
    public bool IsReplacedSinceEvent { get; private set; }

    /// <summary>Gets a value indicating whether the load continues an earlier one.</summary>
    public bool IsResumed { get; private set; }

    /// <summary>Gets the index of the first row group to load.</summary>
    public int FromRowGroup { get; private set; }

    /// <summary>Gets the number of rows to load.</summary>
    public long RowCount { get; private set; }

    /// <summary>Gets the outcome of each row group of the file, by index; <see langword="null"/> for one that was not begun.</summary>
    public RowGroupOutcome?[] Outcomes { get; private set; } = [];

    /// <summary>Gets the first rows that are not stored.</summary>
    public UnstoredRows UnstoredRows { get; } = new();

    /// <summary>Gets or sets the destination; <see langword="null"/> until it is known.</summary>
    public Destination? Destination { get; set; }

    /// <summary>Gets or sets the failure that ended reading.</summary>
    public LoadException? ReadFailure { get; set; }

    /// <summary>Gets or sets a value indicating whether the load waited until other loads released memory.</summary>
    public bool WaitedForMemory { get; set; }

    /// <summary>Gets or sets a value indicating whether a clean stop was requested.</summary>
    public bool IsStopRequested { get; set; }

    /// <summary>Gets or sets a value indicating whether the caller cancelled the load.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>Gets or sets the number of bytes read from the source.</summary>
    public long BytesRead { get; set; }

    /// <summary>Gets or sets the time that the load took.</summary>
    public TimeSpan Elapsed { get; set; }

    /// <summary>Records which file was opened and which of its row groups are to be loaded.</summary>
    /// <param name="file">The open file.</param>
    /// <exception cref="SourceChangedException">The file is not the one that the resume token belongs to.</exception>
    public void Open(IParquetFile file)
    {
        ETag = file.ETag;
        VersionId = file.VersionId;
        Mapping = file.Mapping;
        IsReplacedSinceEvent = request.EventETag is { } named && !string.Equals(named, file.ETag, StringComparison.Ordinal);
        ResumeToken? token = request.Resume;
        if (token is not null && FindChange(token, file) is { } change)
        {
            token = request.RestartsIfChanged ? null : throw new SourceChangedException(change) { File = File };
        }

        IsResumed = token is not null;
        FromRowGroup = token?.RowGroup ?? 0;
        Version = token?.Version ?? request.Version ?? ObjectVersion.FromLastModified(file.LastModified);
        Outcomes = new RowGroupOutcome?[file.RowGroups.Count];
        for (int rowGroup = FromRowGroup; rowGroup < Outcomes.Length; rowGroup++)
        {
            long rows = file.RowGroups[rowGroup].Rows;
            RowCount += rows;
            if (rows == 0)
            {
                Outcomes[rowGroup] = new RowGroupOutcome(default, default);
            }
        }
    }

    private string? FindChange(ResumeToken token, IParquetFile file)
    {
        if (!string.Equals(token.ETag, file.ETag, StringComparison.Ordinal)
            || (token.VersionId is not null && !string.Equals(token.VersionId, file.VersionId, StringComparison.Ordinal)))
        {
            return $"{Name} was replaced after the load that should be resumed " +
                $"(ETag {PlainText.Escape(token.ETag)} then, {PlainText.Escape(file.ETag)} now). Load it again without the resume token.";
        }

        if (!string.Equals(token.MappingSha256, file.Mapping?.Sha256, StringComparison.Ordinal))
        {
            return $"{Name} was read with another mapping, or without one, when the load that should be resumed began. " +
                "Load it again without the resume token.";
        }

        return token.RowGroup < 0 || token.RowGroup > file.RowGroups.Count
            ? $"The resume token names row group {token.RowGroup}, but {Name} has {file.RowGroups.Count} row groups. " +
                "Load it again without the resume token."
            : null;
    }
}
