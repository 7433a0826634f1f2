namespace Loader.Cli.Settings;

/// <summary>An option that a settings file may set.</summary>
/// <param name="Name">The long name without dashes.</param>
/// <param name="IsFlag">Whether it has no value.</param>
/// <param name="IsRepeatable">Whether it can have several values.</param>
internal sealed record KnownOption(string Name, bool IsFlag, bool IsRepeatable);
