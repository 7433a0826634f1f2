using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.Aws.Configuration;

/// <summary>
/// Resolves the region and the endpoint of every AWS service: options first, then environment variables, then the shared profile.
/// </summary>
/// <remarks>
/// Sources and their order: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html and feature-region.html.
/// An empty variable counts as not set, because deployment tools cannot always omit a variable.
/// </remarks>
internal sealed class AwsSettings
{
    private readonly Func<string, string?> _variable;
    private readonly Lazy<AwsProfile> _profile;
    private readonly Func<string?> _instanceRegion;

    /// <summary>Initializes a new instance of the <see cref="AwsSettings"/> class.</summary>
    /// <param name="options">The options.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="profile">Reads the profile with a name.</param>
    /// <param name="instanceRegion">Reads the region of the EC2 instance that the process runs on.</param>
    public AwsSettings(AwsOptions options, Func<string, string?> variable, Func<string, AwsProfile> profile, Func<string?> instanceRegion)
    {
        Options = options;
        _variable = variable;
        _profile = new Lazy<AwsProfile>(() => Profile(profile));
        _instanceRegion = instanceRegion;
    }

    /// <summary>Gets the options.</summary>
    public AwsOptions Options { get; }

    /// <summary>Gets the region's name, or <see langword="null"/> if neither options nor environment nor profile contain one.</summary>
    public string? RegionName => Options.Region ?? Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION") ?? _profile.Value.Region;

    private bool UseFips => IsOn("AWS_USE_FIPS_ENDPOINT", _profile.Value.UseFips);

    private bool UseDualStack => IsOn("AWS_USE_DUALSTACK_ENDPOINT", _profile.Value.UseDualStack);

    /// <summary>
    /// Creates settings that read the variables of this process, the shared profile files and the metadata of the EC2 instance.
    /// </summary>
    /// <param name="options">The options.</param>
    /// <returns>The settings.</returns>
    public static AwsSettings FromProcess(AwsOptions options) => new(
        options,
        Environment.GetEnvironmentVariable,
        name => AwsProfile.Read(name),
        InstanceRegion.Read);

    /// <summary>Returns the region. Asks the EC2 instance for it only if nothing else contains one.</summary>
    /// <returns>The region.</returns>
    /// <exception cref="ConfigurationException">No region is set, or the value is not the name of a region.</exception>
    public AwsRegion Region()
    {
        string name = RegionName ?? _instanceRegion()
            ?? throw new ConfigurationException("No AWS region is set. Set AWS_REGION, such as eu-west-1, or a region in the profile.");

        // The name becomes part of host names and signatures, so other characters must not get through.
        return IsLabel(name) && !name.Any(char.IsAsciiLetterUpper)
            ? new AwsRegion(name, UseFips, UseDualStack)
            : throw NotARegion();
    }

    /// <summary>
    /// Returns the region in signatures for an endpoint that is not one of AWS. Stores choose names such as <c>RegionOne</c>.
    /// </summary>
    /// <returns>The region, or <see langword="null"/> if none is set.</returns>
    /// <exception cref="ConfigurationException">The value cannot be the name of a region.</exception>
    public string? SigningRegion() =>
        RegionName is not { } name ? null : name.Split('.').All(IsLabel) ? name : throw NotARegion();

    /// <summary>Returns the endpoint of a service that uses the JSON protocol.</summary>
    /// <param name="service">The service.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ConfigurationException">A setting is missing or wrong, or two settings contradict each other.</exception>
    public AwsEndpoint Endpoint(AwsService service)
    {
        AwsRegion region = Region();
        return CustomEndpoint(service) is { } custom
            ? new AwsEndpoint(custom, region, IsCustom: true)
            : new AwsEndpoint(new Uri($"https://{service.Host!(region)}/"), region, IsCustom: false);
    }

    /// <summary>Returns the endpoint that options, environment or profile set for a service.</summary>
    /// <param name="service">The service.</param>
    /// <returns>The endpoint, or <see langword="null"/> if the service's own endpoint in the region is to be used.</returns>
    /// <exception cref="ConfigurationException">The value is not the address of an endpoint, or contradicts other settings.</exception>
    public Uri? CustomEndpoint(AwsService service)
    {
        if (FindEndpoint(service) is not { } found)
        {
            return null;
        }

        if (!Uri.TryCreate(found.Url, UriKind.Absolute, out Uri? endpoint)
            || (endpoint.Scheme != Uri.UriSchemeHttp && endpoint.Scheme != Uri.UriSchemeHttps)
            || endpoint.UserInfo.Length > 0
            || endpoint.Query.Length > 0
            || endpoint.Fragment.Length > 0)
        {
            // The value is not repeated: it can contain a password.
            throw new ConfigurationException(
                $"The {service.Name} endpoint in {found.Source} is not an http or https URL without user, password and query. "
                + "Set a URL such as https://host:port.");
        }

        return !UseFips && !UseDualStack
            ? endpoint
            : throw new ConfigurationException(
                $"The {service.Name} endpoint in {found.Source} cannot be combined with AWS_USE_FIPS_ENDPOINT or "
                + "AWS_USE_DUALSTACK_ENDPOINT. Remove one of them.");
    }

    private static bool IsLabel(string text) =>
        text.Length > 0 && text[0] != '-' && text[^1] != '-' && text.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');

    private static ConfigurationException NotARegion() =>
        new("The AWS region is not a region name. Set AWS_REGION to a name such as eu-west-1.");

    /// <summary>
    /// Reads the profile. A profile that the variable names must exist, unless the options have the credentials: then nothing depends on
    /// it.
    /// </summary>
    private AwsProfile Profile(Func<string, AwsProfile> read)
    {
        string? name = Variable("AWS_PROFILE");
        AwsProfile profile = read(name ?? "default");
        return !profile.IsMissing || name is null || Options.Credentials is not null
            ? profile
            : throw new ConfigurationException(
                $"AWS_PROFILE names the profile '{PlainText.Escape(name)}', which is not in the AWS config and credentials files, or has a "
                + "value there that cannot be used. Correct the name or the profile, or remove the variable.");
    }

    private (string Url, string Source)? FindEndpoint(AwsService service)
    {
        if (service.EndpointOption(Options) is { } option)
        {
            return (option.OriginalString, "the options");
        }

        if (IsOn("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", _profile.Value.IgnoreConfiguredEndpoints))
        {
            return null;
        }

        string ownVariable = $"AWS_ENDPOINT_URL_{service.Id}";
        string? inServices = _profile.Value.ServiceEndpoints.GetValueOrDefault(service.Id.ToLowerInvariant());
        return (Variable(ownVariable), Variable("AWS_ENDPOINT_URL"), inServices, _profile.Value.Endpoint) switch
        {
            ({ } url, _, _, _) => (url, ownVariable),
            (_, { } url, _, _) => (url, "AWS_ENDPOINT_URL"),
            (_, _, { } url, _) => (url, "the services section of the profile"),
            (_, _, _, { } url) => (url, "the profile"),
            _ => null,
        };
    }

    private bool IsOn(string variable, bool? inProfile) =>
        Variable(variable) is { } text ? string.Equals(text, "true", StringComparison.OrdinalIgnoreCase) : inProfile ?? false;

    private string? Variable(string name) => _variable(name) is { Length: > 0 } value ? value : null;
}

/// <summary>The endpoint of a service.</summary>
/// <param name="Address">The address.</param>
/// <param name="Region">The region, which signatures contain.</param>
/// <param name="IsCustom">Whether options, environment or profile set the endpoint; otherwise it follows from the region.</param>
internal sealed record AwsEndpoint(Uri Address, AwsRegion Region, bool IsCustom);
