using Loader.Cli.Loading;

namespace Loader.Cli.Verifying;

/// <summary>The arguments and options of <c>verify</c>.</summary>
/// <param name="Load">What to read and where it should be stored: the options that <c>load</c> has too.</param>
internal sealed record VerifySettings(LoadSettings Load)
{
    /// <summary>The number of examples unless an option says otherwise.</summary>
    public const int DefaultExamples = 5;

    /// <summary>Gets the number of examples of each kind of difference in each file.</summary>
    public int Examples { get; init; } = DefaultExamples;

    /// <summary>Gets a value indicating whether foreign records are counted, but make no difference.</summary>
    public bool AllowsForeign { get; init; }

    /// <summary>Gets the pause before rows that are missing are asked for again, where writes are eventually consistent.</summary>
    public TimeSpan Wait { get; init; }
}
