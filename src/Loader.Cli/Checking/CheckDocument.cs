using System.Text.Json.Serialization;
using Loader.Application.Results;

namespace Loader.Cli.Checking;

/// <summary>The JSON document of <c>check</c>: docs/check-output.schema.json.</summary>
internal sealed record CheckDocument
{
    /// <summary>Gets <c>ok</c>, <c>warning</c> or <c>failed</c>: the worst result.</summary>
    public required string Status { get; init; }

    /// <summary>Gets the settings that count.</summary>
    public required IReadOnlyList<SettingDocument> Settings { get; init; }

    /// <summary>Gets the results.</summary>
    public required IReadOnlyList<ResultDocument> Checks { get; init; }

    /// <summary>Gets the number of results by status.</summary>
    public required IReadOnlyDictionary<string, int> Counts { get; init; }

    /// <summary>Gets why the checks ended early, or <see langword="null"/>.</summary>
    public string? Error { get; init; }

    /// <summary>Creates the document.</summary>
    public static CheckDocument From(IReadOnlyList<ShownSetting> settings, IReadOnlyList<CheckResult> results, string? error = null)
    {
        CheckStatus worst = results.Select(result => result.Status).Append(CheckStatus.Ok).Max();
        return new CheckDocument
        {
            Status = error is not null || worst == CheckStatus.Failed ? "failed" : worst == CheckStatus.Warning ? "warning" : "ok",
            Settings = [.. settings.Select(setting => new SettingDocument(setting.Name, setting.Value, setting.Source))],
            Checks = [.. results.Select(result => new ResultDocument(result.Name, NameOf(result.Status), result.Found, result.Remedy))],
            Counts = Enum.GetValues<CheckStatus>().ToDictionary(NameOf, status => results.Count(result => result.Status == status)),
            Error = error,
        };
    }

    /// <summary>Returns the name of a status: <c>ok</c>, <c>warning</c>, <c>failed</c> or <c>skipped</c>.</summary>
    public static string NameOf(CheckStatus status) => status.ToString().ToLowerInvariant();
}

/// <summary>A setting.</summary>
/// <param name="Name">The environment variable.</param>
/// <param name="Value">The value; <see langword="null"/> if nothing is set.</param>
/// <param name="Source">What set it.</param>
internal sealed record SettingDocument(string Name, string? Value, string Source);

/// <summary>The result of a check.</summary>
/// <param name="Name">What was checked.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Found">What was found.</param>
/// <param name="Remedy">What to do.</param>
internal sealed record ResultDocument(string Name, string Status, string Found, string? Remedy);

/// <summary>Serializes <see cref="CheckDocument"/>.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(CheckDocument))]
internal sealed partial class CheckJson : JsonSerializerContext;
