using Amazon.Runtime;
using Amazon.Runtime.CredentialManagement;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.Aws.Configuration;

/// <summary>The settings of a shared profile that concern regions and endpoints.</summary>
/// <remarks>
/// AWSSDK.Core finds and reads the profile. It does not publish the endpoints of the <c>services</c> section, and drops the profile's
/// <c>endpoint_url</c> if there is such a section (seen with 4.1.0), so both are read here. File format:
/// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html.
/// </remarks>
internal sealed class AwsProfile
{
    /// <summary>Gets a value indicating whether no file has a profile with the name.</summary>
    public bool IsMissing { get; init; }

    /// <summary>Gets the region's name.</summary>
    public string? Region { get; init; }

    /// <summary>Gets whether to use FIPS endpoints, or <see langword="null"/> if the profile does not say.</summary>
    public bool? UseFips { get; init; }

    /// <summary>Gets whether to use dual-stack endpoints, or <see langword="null"/> if the profile does not say.</summary>
    public bool? UseDualStack { get; init; }

    /// <summary>
    /// Gets whether to ignore the endpoints in environment and profile, or <see langword="null"/> if the profile does not say.
    /// </summary>
    public bool? IgnoreConfiguredEndpoints { get; init; }

    /// <summary>Gets the endpoint for all services.</summary>
    public string? Endpoint { get; init; }

    /// <summary>Gets the endpoints of the <c>services</c> section by service ID in lower case.</summary>
    public IReadOnlyDictionary<string, string> ServiceEndpoints { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Reads a profile.</summary>
    /// <param name="name">The profile's name.</param>
    /// <param name="credentialsFile">The credentials file, beside which the config file lies; <see langword="null"/> for the standard
    /// locations.</param>
    /// <returns>The profile; without settings if there is no profile with the name.</returns>
    /// <exception cref="ConfigurationException">The files cannot be read, or the profile has a value that cannot be used.</exception>
    public static AwsProfile Read(string name, string? credentialsFile = null)
    {
        try
        {
            return new CredentialProfileStoreChain(credentialsFile).TryGetProfile(name, out CredentialProfile found)
                ? Read(name, found)
                : new AwsProfile { IsMissing = true };
        }
        catch (Exception exception) when (exception is AmazonClientException or IOException or UnauthorizedAccessException
            or ArgumentException or FormatException or InvalidDataException)
        {
            // The message of the exception can contain values of the profile: it stays in the inner exception.
            throw new ConfigurationException(
                $"The AWS profile '{PlainText.Escape(name)}' cannot be read. Check the AWS config and credentials files, or set "
                + "AWS_PROFILE to another profile.",
                exception);
        }
    }

    private static AwsProfile Read(string name, CredentialProfile found)
    {
        List<Entry> entries = ConfigFileOf(found) is { } file && File.Exists(file) ? [.. Parse(File.ReadLines(file))] : [];
        string? services = ValueOf("services");
        return new AwsProfile
        {
            Region = found.Region?.SystemName,
            UseFips = found.UseFIPSEndpoint,
            UseDualStack = found.UseDualstackEndpoint,
            IgnoreConfiguredEndpoints = found.IgnoreConfiguredEndpointUrls,
            Endpoint = ValueOf("endpoint_url") ?? (found.EndpointUrl is { Length: > 0 } url ? url : null),
            ServiceEndpoints = entries
                .Where(e => services is not null && e.Section == $"services {services}" && e is { Group: not null, Key: "endpoint_url" })
                .GroupBy(e => e.Group!, StringComparer.Ordinal)
                .ToDictionary(group => group.Key, group => group.Last().Value, StringComparer.Ordinal),
        };

        string? ValueOf(string key) =>
            entries.LastOrDefault(e => (e.Section == name || e.Section == $"profile {name}") && e.Group is null && e.Key == key)?.Value;
    }

    /// <summary>
    /// Returns the config file that AWSSDK.Core reads: the one that the variable names, or else the one beside the credentials file.
    /// </summary>
    private static string? ConfigFileOf(CredentialProfile profile)
    {
        if (profile.CredentialProfileStore is not SharedCredentialsFile files)
        {
            return null;
        }

        return Environment.GetEnvironmentVariable(SharedCredentialsFile.SharedConfigFileEnvVar) is { Length: > 0 }
            ? files.ConfigFilePath
            : Path.Combine(Path.GetDirectoryName(files.FilePath)!, "config");
    }

    /// <summary>Parses a config file. An indented line belongs to the last line that was not indented, such as <c>s3 =</c>.</summary>
    private static IEnumerable<Entry> Parse(IEnumerable<string> lines)
    {
        string section = "";
        string? group = null;
        foreach (string line in lines)
        {
            string text = line.Trim();
            int separator = text.IndexOf('=', StringComparison.Ordinal);
            int end = text.IndexOf(']', StringComparison.Ordinal);
            if (text.StartsWith('[') && end > 0)
            {
                section = string.Join(' ', text[1..end].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            }
            else if (separator > 0 && text[0] is not ('#' or ';'))
            {
                string key = text[..separator].TrimEnd();
                string value = text[(separator + 1)..].Split([" #", " ;", "\t#", "\t;"], StringSplitOptions.None)[0].Trim();
                bool isIndented = char.IsWhiteSpace(line[0]);
                group = isIndented ? group : key;
                if (value.Length > 0)
                {
                    yield return new Entry(section, isIndented ? group : null, key, value);
                }
            }
        }
    }

    private sealed record Entry(string Section, string? Group, string Key, string Value);
}
