namespace Loader.Application.Results;

/// <summary>What one check of the set-up found. A check stores nothing.</summary>
/// <param name="Name">What was checked, such as <c>table generation</c>.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Found">What was found, as a sentence that contains no secrets.</param>
/// <param name="Remedy">What to do, or <see langword="null"/> if there is nothing to do.</param>
public sealed record CheckResult(string Name, CheckStatus Status, string Found, string? Remedy = null)
{
    /// <summary>Creates the result of a check that found everything as a load needs it.</summary>
    /// <param name="name">What was checked.</param>
    /// <param name="found">What was found.</param>
    /// <returns>The result.</returns>
    public static CheckResult Ok(string name, string found) => new(name, CheckStatus.Ok, found);

    /// <summary>Creates the result of a check that found something to look at, or could not show what it should.</summary>
    /// <param name="name">What was checked.</param>
    /// <param name="found">What was found.</param>
    /// <param name="remedy">What to do.</param>
    /// <returns>The result.</returns>
    public static CheckResult Warning(string name, string found, string? remedy = null) => new(name, CheckStatus.Warning, found, remedy);

    /// <summary>Creates the result of a check that found what makes loads fail.</summary>
    /// <param name="name">What was checked.</param>
    /// <param name="found">What was found.</param>
    /// <param name="remedy">What to do.</param>
    /// <returns>The result.</returns>
    public static CheckResult Failed(string name, string found, string? remedy = null) => new(name, CheckStatus.Failed, found, remedy);

    /// <summary>Creates the result of a check that was not made.</summary>
    /// <param name="name">What was not checked.</param>
    /// <param name="why">Why not.</param>
    /// <returns>The result.</returns>
    public static CheckResult Skipped(string name, string why) => new(name, CheckStatus.Skipped, why);

    /// <summary>Creates the result of a check that ended with a failure of a load, whose message says what to do.</summary>
    /// <param name="name">What was checked.</param>
    /// <param name="failure">The failure.</param>
    /// <returns>The result.</returns>
    public static CheckResult Failed(string name, LoadException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new CheckResult(name, CheckStatus.Failed, failure.Message);
    }
}

/// <summary>How a check ended.</summary>
public enum CheckStatus
{
    /// <summary>Everything is as a load needs it.</summary>
    Ok,

    /// <summary>The check was not made.</summary>
    Skipped,

    /// <summary>Loads can work, but something needs a look; or the check could not show what it should.</summary>
    Warning,

    /// <summary>Loads will fail.</summary>
    Failed,
}
