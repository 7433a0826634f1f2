namespace Loader.Domain;

/// <summary>The column mapping that a file was read with.</summary>
/// <param name="Name">The mapping's name.</param>
/// <param name="Sha256">The SHA-256 of its content, 64 hex digits in lower case. Another mapping gives other records.</param>
public sealed record AppliedMapping(string Name, string Sha256)
{
    /// <summary>Gets a value indicating whether a load succeeds although the mapping's conditions leave out every row.</summary>
    public bool AllowsEmpty { get; init; }

    /// <summary>
    /// Gets a value indicating whether the last of several rows with the same series and time is stored even if their values differ.
    /// Otherwise such rows fail the load, because they are probably rows of several things, such as plants, that the mapping merges.
    /// </summary>
    public bool KeepsLastDuplicate { get; init; }

    /// <summary>Gets what the mapping says about the checks of its series, or <see langword="null"/> for nothing.</summary>
    public QualityRules? Quality { get; init; }
}
