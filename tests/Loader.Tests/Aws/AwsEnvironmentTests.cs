using Amazon;
using Amazon.Runtime.CredentialManagement;
using Loader.Application.Results;
using Loader.Infrastructure.Aws;

namespace Loader.Tests.Aws;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AwsEnvironmentTests
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal) { ["AWS_REGION"] = "eu-west-1" };
    private readonly AwsOptions _options = new();
    private CredentialProfile? _profile;

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
            Assert.That(Endpoint(AwsService.TimestreamWrite).Address, Is.EqualTo(new Uri(timestream)));
            Assert.That(Endpoint(AwsService.CloudWatch).Address, Is.EqualTo(new Uri(cloudWatch)));
            Assert.That(Endpoint(AwsService.CloudWatch).IsSet, Is.False);
        });
    }

    [Test]
    public void The_region_comes_from_options_variables_and_profile_in_this_order()
    {
        _profile = new CredentialProfile("default", new CredentialProfileOptions()) { Region = RegionEndpoint.USWest2 };
        _variables["AWS_DEFAULT_REGION"] = "us-east-2";

        _options.Region = "ap-south-1";
        string first = Region();
        _options.Region = null;
        string second = Region();
        _variables.Remove("AWS_REGION");
        string third = Region();
        _variables["AWS_DEFAULT_REGION"] = "";
        string fourth = Region();

        Assert.That(new[] { first, second, third, fourth }, Is.EqualTo(new[] { "ap-south-1", "eu-west-1", "us-east-2", "us-west-2" }));
    }

    [Test]
    public void Without_a_region_the_variable_to_set_is_named()
    {
        _variables.Clear();

        Assert.That(Region, Throws.TypeOf<ConfigurationException>().With.Message.Contains("AWS_REGION"));
    }

    [TestCase("eu-west-1.evil.example/")]
    [TestCase("eu west")]
    public void A_region_that_is_no_name_is_refused(string region)
    {
        _variables["AWS_REGION"] = region;

        Assert.That(Region, Throws.TypeOf<ConfigurationException>());
    }

    [Test]
    public void The_services_own_endpoint_goes_before_the_common_one_and_that_before_the_profiles()
    {
        _profile = new CredentialProfile("default", new CredentialProfileOptions()) { EndpointUrl = "http://profile:1" };
        Uri fromProfile = Endpoint(AwsService.TimestreamWrite).Address;
        _variables["AWS_ENDPOINT_URL"] = "http://common:2";
        Uri common = Endpoint(AwsService.TimestreamWrite).Address;
        _variables["AWS_ENDPOINT_URL_TIMESTREAM_WRITE"] = "http://own:3/path";
        AwsEndpoint own = Endpoint(AwsService.TimestreamWrite);
        Uri other = Endpoint(AwsService.CloudWatch).Address;

        Assert.Multiple(() =>
        {
            Assert.That(new[] { fromProfile, common, own.Address, other }, Is.EqualTo(
                new[] { new Uri("http://profile:1"), new Uri("http://common:2"), new Uri("http://own:3/path"), new Uri("http://common:2") }));
            Assert.That(own.IsSet, Is.True);
        });
    }

    [Test]
    public void Configured_endpoints_can_be_ignored()
    {
        _variables["AWS_ENDPOINT_URL"] = "http://common:2";
        _variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";

        Assert.That(Endpoint(AwsService.CloudWatch).IsSet, Is.False);
    }

    [TestCase("not an address")]
    [TestCase("ftp://host")]
    [TestCase("http://user:password@host")]
    public void What_is_no_endpoint_is_refused_without_repeating_it(string value)
    {
        _variables["AWS_ENDPOINT_URL"] = value;

        Assert.That(
            () => Endpoint(AwsService.CloudWatch),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("AWS_ENDPOINT_URL").And.Message.Not.Contains("password@"));
    }

    [Test]
    public void An_endpoint_that_is_set_goes_not_together_with_fips()
    {
        _variables["AWS_ENDPOINT_URL"] = "https://host";
        _variables["AWS_USE_FIPS_ENDPOINT"] = "true";

        Assert.That(() => Endpoint(AwsService.TimestreamWrite), Throws.TypeOf<ConfigurationException>().With.Message.Contains("AWS_USE_FIPS_ENDPOINT"));
    }

    private string Region() => Environment().Region().Name;

    private AwsEndpoint Endpoint(AwsService service) => Environment().Endpoint(service, null);

    private AwsEnvironment Environment() => new(_options, _variables.GetValueOrDefault, _ => _profile);
}
