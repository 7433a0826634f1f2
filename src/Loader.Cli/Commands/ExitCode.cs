using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Cli.Verifying;
using Loader.Domain;

namespace Loader.Cli.Commands;

/// <summary>The exit codes of the process. Scripts rely on them.</summary>
internal static class ExitCode
{
    /// <summary>Everything was loaded.</summary>
    public const int Success = 0;

    /// <summary>
    /// A failure that repeats until something is changed, or the result could not be written; in a verification also a difference.
    /// </summary>
    public const int Permanent = 1;

    /// <summary>Wrong usage or settings, or a source that does not exist.</summary>
    public const int Usage = 2;

    /// <summary>A temporary failure: the same command may succeed later.</summary>
    public const int Transient = 3;

    /// <summary>Too many rows are invalid or rejected; all other rows are stored.</summary>
    public const int TooManyInvalid = 4;

    /// <summary>A finding has the severity of <c>--fail-on</c> or a higher one. What is stored does not depend on it.</summary>
    public const int Quality = 5;

    /// <summary>The run was interrupted before its end: 128 + SIGINT, as a shell reports Ctrl-C.</summary>
    public const int Interrupted = 130;

    /// <summary>The precedence of the codes if several files fail.</summary>
    private static readonly int[] Precedence = [Usage, Permanent, TooManyInvalid, Quality, Transient];

    /// <summary>Returns the exit code of a run.</summary>
    /// <param name="summary">The result of the run.</param>
    /// <param name="failOn">The lowest severity of findings to fail for, or <see langword="null"/> for none.</param>
    /// <param name="lacksReport">Whether the page that the user asked for could not be written.</param>
    public static int From(LoadSummary summary, QualitySeverity? failOn = null, bool lacksReport = false)
    {
        if (summary.WasInterrupted)
        {
            return Interrupted;
        }

        if (summary.FoundNothing)
        {
            return Usage;
        }

        bool hasFindings = failOn is { } lowest && summary.Quality?.Worst >= lowest;
        int[] codes =
        [
            .. summary.Files.Failures.Select(file => From(file.Failure, file.WasNamed)),
            hasFindings ? Quality : Success,
            lacksReport ? Permanent : Success,
        ];
        return Array.Find(Precedence, codes.Contains);
    }

    /// <summary>Returns the exit code of a verification: a difference stays until something is changed.</summary>
    /// <param name="summary">The result of the run.</param>
    public static int From(VerifySummary summary)
    {
        if (summary.WasInterrupted)
        {
            return Interrupted;
        }

        if (summary.FoundNothing)
        {
            return Usage;
        }

        int[] codes =
        [
            .. summary.Failures.Select(file => From(file.Failure, file.WasNamed)),
            summary.CountOf(VerifyStatus.Differs) > 0 ? Permanent : Success,
        ];
        return Array.Find(Precedence, codes.Contains);
    }

    private static int From(Exception? failure, bool wasNamed) => failure switch
    {
        ConfigurationException => Usage,
        SourceNotFoundException when wasNamed => Usage,
        TooManyInvalidRowsException => TooManyInvalid,
        LoadException { IsTransient: true } => Transient,
        _ => Permanent,
    };
}
