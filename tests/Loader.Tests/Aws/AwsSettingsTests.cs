using Loader.Application.Results;
using Loader.Infrastructure.Aws.Configuration;

namespace Loader.Tests.Aws;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AwsSettingsTests
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal) { ["AWS_REGION"] = "eu-west-1" };
    private readonly AwsOptions _options = new();
    private AwsProfile _profile = new();
    private string? _instanceRegion;
    private string? _profileName;

    private static IEnumerable<TestCaseData> Services =>
        new[] { AwsService.S3, AwsService.TimestreamWrite, AwsService.TimestreamQuery, AwsService.CloudWatch }
            .Select(service => new TestCaseData(service).SetArgDisplayNames(service.Name));

    [TestCase("eu-west-1", false, false, "https://ingest.timestream.eu-west-1.amazonaws.com/", "https://monitoring.eu-west-1.amazonaws.com/")]
    [TestCase("eu-west-1", false, true, "https://timestream-ingest.eu-west-1.api.aws/", "https://monitoring.eu-west-1.api.aws/")]
    [TestCase("us-east-1", true, false, "https://ingest.timestream-fips.us-east-1.amazonaws.com/", "https://monitoring-fips.us-east-1.amazonaws.com/")]
    [TestCase("us-east-1", true, true, "https://timestream-ingest-fips.us-east-1.api.aws/", "https://monitoring-fips.us-east-1.api.aws/")]
    [TestCase("us-gov-west-1", true, false, "https://ingest.timestream.us-gov-west-1.amazonaws.com/", "https://monitoring.us-gov-west-1.amazonaws.com/")]
    [TestCase("us-gov-west-1", true, true, "https://timestream-ingest.us-gov-west-1.api.aws/", "https://monitoring.us-gov-west-1.api.aws/")]
    public void Endpoints_follow_from_the_region(string region, bool fips, bool dualStack, string timestream, string cloudWatch)
    {
        _variables["AWS_REGION"] = region;
        _variables["AWS_USE_FIPS_ENDPOINT"] = fips ? "true" : "false";
        _variables["AWS_USE_DUALSTACK_ENDPOINT"] = dualStack ? "true" : "";

        Assert.Multiple(() =>
        {
            Assert.That(Settings().Endpoint(AwsService.TimestreamWrite).Address, Is.EqualTo(new Uri(timestream)));
            Assert.That(
                Settings().Endpoint(AwsService.TimestreamQuery).Address, Is.EqualTo(new Uri(timestream.Replace("ingest", "query", StringComparison.Ordinal))));
            Assert.That(Settings().Endpoint(AwsService.CloudWatch).Address, Is.EqualTo(new Uri(cloudWatch)));
            Assert.That(Settings().Endpoint(AwsService.CloudWatch).IsCustom, Is.False);
        });
    }

    [Test]
    public void The_region_comes_from_options_variables_profile_and_instance_in_this_order()
    {
        _options.Region = "ap-south-1";
        _variables["AWS_REGION"] = "eu-west-1";
        _variables["AWS_DEFAULT_REGION"] = "us-east-2";
        _profile = new AwsProfile { Region = "us-west-2" };
        _instanceRegion = "sa-east-1";

        List<string> found = [Region()];
        _options.Region = null;
        found.Add(Region());
        _variables["AWS_REGION"] = "";
        found.Add(Region());
        _variables.Remove("AWS_DEFAULT_REGION");
        found.Add(Region());
        _profile = new AwsProfile();
        found.Add(Region());

        Assert.That(found, Is.EqualTo(new[] { "ap-south-1", "eu-west-1", "us-east-2", "us-west-2", "sa-east-1" }));
    }

    [Test]
    public void A_missing_region_names_the_variable_to_set()
    {
        _variables.Clear();

        Assert.That(Region, Throws.TypeOf<ConfigurationException>().With.Message.Contains("AWS_REGION"));
    }

    [TestCase("eu-west-1.evil.example/")]
    [TestCase("eu west")]
    public void A_region_that_is_not_a_name_is_refused(string region)
    {
        _variables["AWS_REGION"] = region;

        Assert.That(Region, Throws.TypeOf<ConfigurationException>());
    }

    [TestCase(null, "default")]
    [TestCase("", "default")]
    [TestCase("night", "night")]
    public void The_profile_is_the_one_that_AWS_PROFILE_names(string? variable, string profile)
    {
        _variables["AWS_PROFILE"] = variable!;

        _ = Settings().CustomEndpoint(AwsService.S3);

        Assert.That(_profileName, Is.EqualTo(profile));
    }

    [Test]
    public void A_profile_that_does_not_exist_is_named()
    {
        _variables["AWS_PROFILE"] = "nope";
        _profile = new AwsProfile { IsMissing = true };

        Assert.That(
            () => Settings().CustomEndpoint(AwsService.S3),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("AWS_PROFILE").And.Message.Contains("'nope'"));
    }

    [Test]
    public void The_default_profile_need_not_exist()
    {
        _profile = new AwsProfile { IsMissing = true };

        Assert.That(Settings().CustomEndpoint(AwsService.S3), Is.Null);
    }

    [Test]
    public void A_missing_profile_does_not_matter_if_the_options_have_the_credentials()
    {
        _variables["AWS_PROFILE"] = "nope";
        _profile = new AwsProfile { IsMissing = true };
        _options.Credentials = new Amazon.Runtime.AnonymousAWSCredentials();

        Assert.That(Settings().CustomEndpoint(AwsService.S3), Is.Null);
    }

    [TestCaseSource(nameof(Services))]
    public void The_endpoint_comes_from_options_variables_and_profile_in_the_documented_order(object tested)
    {
        var service = (AwsService)tested;
        _options.S3Endpoint = _options.TimestreamEndpoint = _options.TimestreamQueryEndpoint = _options.CloudWatchEndpoint = new Uri("http://options");
        _variables[$"AWS_ENDPOINT_URL_{service.Id}"] = "http://variable-of-service";
        _variables["AWS_ENDPOINT_URL"] = "http://variable";
        _profile = ProfileWithEndpoints(service);

        List<Uri?> found = [Settings().CustomEndpoint(service)];
        _options.S3Endpoint = _options.TimestreamEndpoint = _options.TimestreamQueryEndpoint = _options.CloudWatchEndpoint = null;
        found.Add(Settings().CustomEndpoint(service));
        _variables[$"AWS_ENDPOINT_URL_{service.Id}"] = "";
        found.Add(Settings().CustomEndpoint(service));
        _variables.Remove("AWS_ENDPOINT_URL");
        found.Add(Settings().CustomEndpoint(service));
        _profile = new AwsProfile { Endpoint = "http://profile" };
        found.Add(Settings().CustomEndpoint(service));
        _profile = new AwsProfile();
        found.Add(Settings().CustomEndpoint(service));

        Assert.That(found.Select(uri => uri?.Host), Is.EqualTo(
            new[] { "options", "variable-of-service", "variable", "profile-of-service", "profile", null }));
    }

    [TestCaseSource(nameof(Services))]
    public void The_endpoint_of_one_service_is_not_used_for_another(object tested)
    {
        var service = (AwsService)tested;
        AwsService other = service == AwsService.S3 ? AwsService.CloudWatch : AwsService.S3;
        _variables[$"AWS_ENDPOINT_URL_{other.Id}"] = "http://variable-of-other";
        _profile = new AwsProfile { ServiceEndpoints = ProfileWithEndpoints(other).ServiceEndpoints };

        Assert.That(Settings().CustomEndpoint(service), Is.Null);
    }

    [TestCaseSource(nameof(Services))]
    public void AWS_IGNORE_CONFIGURED_ENDPOINT_URLS_hides_the_endpoints_of_variables_and_profile(object tested)
    {
        var service = (AwsService)tested;
        SetAllEndpoints(service);
        _variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";

        Assert.That(Settings().CustomEndpoint(service), Is.Null);
    }

    [TestCaseSource(nameof(Services))]
    public void The_profile_can_hide_the_endpoints_of_variables_and_profile(object tested)
    {
        var service = (AwsService)tested;
        SetAllEndpoints(service);
        _profile = new AwsProfile { Endpoint = "http://profile", IgnoreConfiguredEndpoints = true };

        Assert.That(Settings().CustomEndpoint(service), Is.Null);
    }

    [TestCaseSource(nameof(Services))]
    public void The_variable_overrides_what_the_profile_says_about_ignoring_endpoints(object tested)
    {
        _profile = new AwsProfile { Endpoint = "http://profile", IgnoreConfiguredEndpoints = true };
        _variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "false";

        Assert.That(Settings().CustomEndpoint((AwsService)tested)?.Host, Is.EqualTo("profile"));
    }

    [TestCaseSource(nameof(Services))]
    public void Endpoints_of_the_options_are_never_ignored(object tested)
    {
        _options.S3Endpoint = _options.TimestreamEndpoint = _options.TimestreamQueryEndpoint = _options.CloudWatchEndpoint = new Uri("http://options");
        _variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";

        Assert.That(Settings().CustomEndpoint((AwsService)tested)?.Host, Is.EqualTo("options"));
    }

    [Test]
    public void A_custom_endpoint_keeps_its_path_and_is_marked_as_custom()
    {
        _variables["AWS_ENDPOINT_URL_TIMESTREAM_WRITE"] = "http://own:3/path";

        AwsEndpoint endpoint = Settings().Endpoint(AwsService.TimestreamWrite);

        Assert.That((endpoint.Address, endpoint.IsCustom), Is.EqualTo((new Uri("http://own:3/path"), true)));
    }

    [TestCase("not an address")]
    [TestCase("ftp://host")]
    [TestCase("http://user:password@host")]
    public void A_wrong_endpoint_names_the_variable_and_does_not_repeat_the_value(string value)
    {
        _variables["AWS_ENDPOINT_URL"] = value;

        Assert.That(
            () => Settings().Endpoint(AwsService.CloudWatch),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("AWS_ENDPOINT_URL").And.Message.Not.Contains(value));
    }

    [Test]
    public void A_wrong_endpoint_in_the_profile_names_the_section()
    {
        _profile = new AwsProfile { ServiceEndpoints = new Dictionary<string, string> { ["s3"] = "localhost" } };

        Assert.That(
            () => Settings().CustomEndpoint(AwsService.S3),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("the services section of the profile"));
    }

    [TestCaseSource(nameof(Services))]
    public void A_custom_endpoint_cannot_be_combined_with_FIPS(object tested)
    {
        _variables["AWS_ENDPOINT_URL"] = "https://host";
        _variables["AWS_USE_FIPS_ENDPOINT"] = "true";

        Assert.That(
            () => Settings().CustomEndpoint((AwsService)tested), Throws.TypeOf<ConfigurationException>().With.Message.Contains("AWS_USE_FIPS_ENDPOINT"));
    }

    private static AwsProfile ProfileWithEndpoints(AwsService service) => new()
    {
        Endpoint = "http://profile",
        ServiceEndpoints = new Dictionary<string, string> { [service.Id.ToLowerInvariant()] = "http://profile-of-service" },
    };

    private void SetAllEndpoints(AwsService service)
    {
        _variables[$"AWS_ENDPOINT_URL_{service.Id}"] = "http://variable-of-service";
        _variables["AWS_ENDPOINT_URL"] = "http://variable";
        _profile = ProfileWithEndpoints(service);
    }

    private string Region() => Settings().Region().Name;

    private AwsSettings Settings() => new(_options, _variables.GetValueOrDefault, ReadProfile, () => _instanceRegion);

    private AwsProfile ReadProfile(string name)
    {
        _profileName = name;
        return _profile;
    }
}
