using Amazon.Runtime.CredentialManagement;
using Loader.Application.Results;

namespace Loader.Infrastructure.Aws;

/// <summary>Region and endpoints by the AWS conventions: options first, then environment variables, then the shared profile.</summary>
/// <remarks>Variables and their order: https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html and feature-region.html.</remarks>
internal sealed class AwsEnvironment
{
    private readonly AwsOptions _options;
    private readonly Func<string, string?> _variable;
    private readonly Lazy<CredentialProfile?> _profile;

    /// <summary>Initializes a new instance of the <see cref="AwsEnvironment"/> class.</summary>
    /// <param name="options">What was set by hand.</param>
    /// <param name="variable">Reads an environment variable.</param>
    /// <param name="profile">Reads the profile of a name.</param>
    public AwsEnvironment(AwsOptions options, Func<string, string?> variable, Func<string, CredentialProfile?> profile)
    {
        _options = options;
        _variable = variable;
        _profile = new Lazy<CredentialProfile?>(() => profile(Variable("AWS_PROFILE") ?? "default"));
    }

    /// <summary>Reads the process's own environment and the shared profile files.</summary>
    /// <param name="options">What was set by hand.</param>
    /// <returns>The environment.</returns>
    public static AwsEnvironment OfProcess(AwsOptions options) => new(
        options,
        Environment.GetEnvironmentVariable,
        name => new CredentialProfileStoreChain().TryGetProfile(name, out CredentialProfile profile) ? profile : null);

    /// <summary>Finds the region.</summary>
    /// <returns>The region.</returns>
    /// <exception cref="ConfigurationException">None is set.</exception>
    public AwsRegion Region()
    {
        string? name = _options.Region ?? Variable("AWS_REGION") ?? Variable("AWS_DEFAULT_REGION") ?? _profile.Value?.Region?.SystemName;
        if (name is null)
        {
            throw new ConfigurationException("No AWS region is set; set AWS_REGION, such as eu-west-1, or a region in the profile.");
        }

        // The name becomes part of a host name and of every signature, so nothing but a name may get through.
        if (!name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            throw new ConfigurationException("The AWS region that is set is no region's name; allowed are names such as eu-west-1.");
        }

        return new AwsRegion(
            name,
            Switch("AWS_USE_FIPS_ENDPOINT", _profile.Value?.UseFIPSEndpoint),
            Switch("AWS_USE_DUALSTACK_ENDPOINT", _profile.Value?.UseDualstackEndpoint));
    }

    /// <summary>Finds the endpoint of a service.</summary>
    /// <param name="service">The service.</param>
    /// <param name="own">The endpoint that the options set for it.</param>
    /// <returns>The endpoint.</returns>
    /// <exception cref="ConfigurationException">What is set is no endpoint, or goes against other settings.</exception>
    public AwsEndpoint Endpoint(AwsService service, Uri? own)
    {
        AwsRegion region = Region();
        (Uri? set, string from) = own is not null ? (own, "the options") : Configured(service);
        if (set is null)
        {
            return new AwsEndpoint(new Uri($"https://{service.Host(region)}/"), region, IsSet: false);
        }

        if (!set.IsAbsoluteUri || (set.Scheme != Uri.UriSchemeHttp && set.Scheme != Uri.UriSchemeHttps) || set.UserInfo.Length > 0 || set.Query.Length > 0)
        {
            throw new ConfigurationException($"The endpoint for {service.Name} in {from} is no http or https address without user, password and query.");
        }

        if (region.UseFips || region.UseDualStack)
        {
            throw new ConfigurationException(
                $"An endpoint for {service.Name} is set in {from}, and so is AWS_USE_FIPS_ENDPOINT or AWS_USE_DUALSTACK_ENDPOINT; allowed is one of the two.");
        }

        return new AwsEndpoint(set, region, IsSet: true);
    }

    private (Uri? Endpoint, string From) Configured(AwsService service)
    {
        if (Switch("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", _profile.Value?.IgnoreConfiguredEndpointUrls))
        {
            return (null, "");
        }

        foreach (string name in new[] { $"AWS_ENDPOINT_URL_{service.EndpointVariable}", "AWS_ENDPOINT_URL" })
        {
            if (Variable(name) is { } text)
            {
                return (Parse(text, name), name);
            }
        }

        return _profile.Value?.EndpointUrl is { Length: > 0 } configured ? (Parse(configured, "the profile"), "the profile") : (null, "");
    }

    private static Uri Parse(string text, string from) =>
        Uri.TryCreate(text, UriKind.Absolute, out Uri? uri)
            ? uri
            : throw new ConfigurationException($"The endpoint in {from} is no http or https address; allowed are addresses such as https://host:port.");

    private bool Switch(string name, bool? inProfile) =>
        Variable(name) is { } text ? string.Equals(text, "true", StringComparison.OrdinalIgnoreCase) : inProfile ?? false;

    /// <summary>An empty variable is one that is not set.</summary>
    private string? Variable(string name) => _variable(name) is { Length: > 0 } value ? value : null;
}
