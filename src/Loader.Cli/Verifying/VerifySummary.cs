using Loader.Cli.Loading;

namespace Loader.Cli.Verifying;

/// <summary>
/// The result of verifying all sources: the sum of all files, and as many of them as are shown. The memory does not grow with the number of
/// files.
/// </summary>
internal sealed class VerifySummary
{
    /// <summary>The number of verified files that are kept, and of all that are shown.</summary>
    public const int MaxShown = 20;

    /// <summary>The number of other files that are kept.</summary>
    private const int MaxOthers = 1_000;

    private readonly List<FileVerification> _verified = [];
    private readonly List<FileVerification> _others = [];
    private readonly HashSet<(Type Failure, bool IsTransient, bool WasNamed)> _kinds = [];
    private readonly Dictionary<VerifyStatus, long> _byStatus = [];

    /// <summary>Gets the sum of all counts.</summary>
    public VerifyCounts Total { get; private set; }

    /// <summary>Gets the number of files.</summary>
    public long Count => _byStatus.Values.Sum();

    /// <summary>Gets the folders and prefixes without a file.</summary>
    public IReadOnlyList<string> EmptySources { get; private set; } = [];

    /// <summary>Gets the files that are not data.</summary>
    public SkippedFiles SkippedByReason { get; private set; } = new();

    /// <summary>Gets the number of listed files that were not started.</summary>
    public long NotStarted { get; private set; }

    /// <summary>Gets a value indicating whether the user stopped the run before its end.</summary>
    public bool WasInterrupted { get; private set; }

    /// <summary>Gets the time that the run took.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>Gets a value indicating whether no source had a file.</summary>
    public bool FoundNothing => Count + NotStarted == 0 && !WasInterrupted;

    /// <summary>Gets the results with a failure: the first ones, and the first one of every kind.</summary>
    public IEnumerable<FileVerification> Failures => _others.Where(file => file.Failure is not null);

    /// <summary>Gets the status of the run: failed before incomplete before differs.</summary>
    public VerifyStatus Status =>
        FoundNothing || CountOf(VerifyStatus.Failed) > 0 ? VerifyStatus.Failed
        : WasInterrupted || NotStarted > 0 ? VerifyStatus.Incomplete
        : CountOf(VerifyStatus.Differs) > 0 ? VerifyStatus.Differs
        : VerifyStatus.Verified;

    /// <summary>Returns the number of files with a status.</summary>
    public long CountOf(VerifyStatus status) => _byStatus.GetValueOrDefault(status);

    /// <summary>Adds the result of a file.</summary>
    public void Add(FileVerification file)
    {
        Total += file.Counts;
        _byStatus[file.Status] = CountOf(file.Status) + 1;
        bool isNewKind = file.Failure is { } failure
            && _kinds.Add((failure.GetType(), failure is Application.Results.LoadException { IsTransient: true }, file.WasNamed));
        List<FileVerification> kept = file.Status == VerifyStatus.Verified ? _verified : _others;
        if (isNewKind || kept.Count < (kept == _verified ? MaxShown : MaxOthers))
        {
            kept.Add(file);
        }
    }

    /// <summary>Returns the results to show, in the order of their numbers. If there are more, those with differences come first.</summary>
    public IReadOnlyList<FileVerification> Show() =>
    [
        .. _others.Concat(_verified).OrderBy(file => Count > MaxShown && file.Status == VerifyStatus.Verified)
            .ThenBy(file => file.Number).Take(MaxShown),
    ];

    /// <summary>Ends the run.</summary>
    public void End(ListedFiles listed, long started, bool wasStopped, TimeSpan elapsed)
    {
        EmptySources = listed.EmptySources;
        SkippedByReason = listed.Skipped;
        NotStarted = listed.Found - started;
        WasInterrupted = wasStopped && (listed.WasStopped || NotStarted > 0 || CountOf(VerifyStatus.Incomplete) > 0);
        Elapsed = elapsed;
    }

    /// <summary>Returns the message for a run that found no file.</summary>
    public string DescribeNothingFound()
    {
        string cause = EmptySources.Count == 0
            ? "every file was skipped."
            : $"{string.Join(", ", EmptySources.Select(LoadSummary.DescribeEmpty))}.";
        string skipped = SkippedByReason.Total == 0
            ? ""
            : $" Skipped {SkippedByReason.Describe()}. A file that is named itself is verified.";
        return $"Nothing to verify: {cause}{skipped} A source is a file, a folder, s3://bucket/key, s3://bucket/prefix/ or a pattern.";
    }
}
