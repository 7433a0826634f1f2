using Loader.Application.Results;
using Loader.Cli.Loading;

namespace Loader.Cli;

/// <summary>What the process's exit code says; scripts rely on it.</summary>
internal static class ExitCode
{
    /// <summary>Everything was loaded.</summary>
    public const int Success = 0;

    /// <summary>A failure that stays until something is changed.</summary>
    public const int Permanent = 1;

    /// <summary>Wrong usage or settings, or a source that is not there.</summary>
    public const int Usage = 2;

    /// <summary>A failure that may pass: run again.</summary>
    public const int Transient = 3;

    /// <summary>Too many rows are invalid or rejected; all others are stored.</summary>
    public const int TooManyInvalid = 4;

    /// <summary>The run was interrupted and left something undone; as a shell reports Ctrl-C (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>Where several failures apply, the first of these counts.</summary>
    private static readonly int[] Precedence = [Usage, Permanent, TooManyInvalid, Transient];

    /// <summary>Returns the exit code of a run.</summary>
    public static int Of(RunResult result)
    {
        if (result.WasInterrupted)
        {
            return Interrupted;
        }

        if (result.MatchedNothing)
        {
            return Usage;
        }

        int[] codes = [.. result.Files.Where(file => file.Failure is not null).Select(Of)];
        return Array.Find(Precedence, codes.Contains);
    }

    private static int Of(FileResult file) => file.Failure switch
    {
        ConfigurationException => Usage,
        SourceNotFoundException when file.WasNamed => Usage,
        TooManyInvalidRowsException => TooManyInvalid,
        LoadException { IsTransient: true } => Transient,
        _ => Permanent,
    };
}
