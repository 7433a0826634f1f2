using System.Globalization;
using Loader.Cli.Loading;
using Loader.Domain;
using Loader.Infrastructure.Configuration;
using Microsoft.Extensions.Configuration;

namespace Loader.Cli.Checking;

/// <summary>A setting, its value and where the value comes from.</summary>
/// <param name="Name">The name of the environment variable.</param>
/// <param name="Value">The value, or a text that stands for a secret; <see langword="null"/> if nothing is set.</param>
/// <param name="Source">What set it: an option, the environment, the settings file or a default.</param>
internal sealed record ShownSetting(string Name, string? Value, string Source)
{
    private const string Hidden = "(set, not shown)";

    /// <summary>The variables of AWS that decide what the loader does. Only those that are set are shown.</summary>
    private static readonly string[] AwsVariables =
    [
        "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE", "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL_TIMESTREAM_WRITE", "AWS_ENDPOINT_URL_TIMESTREAM_QUERY", "AWS_ENDPOINT_URL_CLOUDWATCH",
        "AWS_ENDPOINT_URL_SECRETS_MANAGER", "AWS_ENDPOINT_URL_STS", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT", "HTTPS_PROXY", "NO_PROXY",
    ];

    /// <summary>Lists the settings that count for a sink.</summary>
    /// <param name="options">The options as they count.</param>
    /// <param name="configuration">The settings by the names of the variables.</param>
    /// <param name="sourceOf">Tells where the value of a variable comes from, or <see langword="null"/> if nothing sets it.</param>
    /// <param name="sink">The sink.</param>
    /// <returns>The settings.</returns>
    public static IReadOnlyList<ShownSetting> List(
        LoaderOptions options, IConfiguration configuration, Func<string, string?> sourceOf, SinkKind sink)
    {
        CloudSink? cloud = sink switch
        {
            SinkKind.Timestream => CloudSink.Timestream,
            SinkKind.InfluxDb => CloudSink.InfluxDb,
            _ => null,
        };
        var settings = new List<ShownSetting>();
        foreach (LoaderSetting setting in LoaderSetting.All.Where(setting => setting.CountsFor(cloud)))
        {
            string? source = sourceOf(setting.Name);

            // The options have no value of a variable that could not be parsed, and the configuration none of an option.
            string? value = source is null or "option" || string.IsNullOrEmpty(configuration[setting.Name])
                ? Format(setting.Read(options))
                : configuration[setting.Name];
            settings.Add(new ShownSetting(setting.Name, Show(value, setting.IsSecret), source ?? "default"));
        }

        foreach (string name in AwsVariables)
        {
            if (configuration[name] is { Length: > 0 } value)
            {
                bool isSecret = name is "AWS_SECRET_ACCESS_KEY" or "AWS_SESSION_TOKEN";
                settings.Add(new ShownSetting(name, Show(value, isSecret), sourceOf(name) ?? "environment"));
            }
        }

        return settings;
    }

    /// <summary>Returns a value as a variable would name it.</summary>
    private static string? Format(object? value) => value switch
    {
        null or "" => null,
        Enum choice => choice.ToString().Replace("Version", "", StringComparison.Ordinal).ToLowerInvariant(),
        bool isOn => isOn ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static string? Show(string? value, bool isSecret)
    {
        if (string.IsNullOrEmpty(value))
        {
            return null;
        }

        // An address may contain a password, although the loader does not accept one.
        return isSecret || (value.Contains("://", StringComparison.Ordinal) && value.Contains('@', StringComparison.Ordinal))
            ? Hidden
            : PlainText.Escape(value);
    }
}
