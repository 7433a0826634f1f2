using Loader.Cli.Loading;
using Loader.Cli.Settings;

namespace Loader.Cli.Checking;

/// <summary>The arguments and options of a check.</summary>
/// <param name="Load">The settings of the load that is checked. It may have no sources.</param>
internal sealed record CheckSettings(LoadSettings Load)
{
    /// <summary>Gets where the load would keep rows: a folder or <c>s3://bucket/prefix/</c>.</summary>
    public required string Rejected { get; init; }

    /// <summary>Gets a value indicating whether the load is one of functions or services, which publish metrics.</summary>
    public bool PublishesTestMetric { get; init; }

    /// <summary>Gets the variables that options set, and where each of these options comes from.</summary>
    public IReadOnlyDictionary<string, SettingOrigin> SetByOptions { get; init; } = new Dictionary<string, SettingOrigin>();
}
