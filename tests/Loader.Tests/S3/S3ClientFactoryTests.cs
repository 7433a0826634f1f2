using Amazon.S3;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.S3;

namespace Loader.Tests.S3;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class S3ClientFactoryTests
{
    private readonly Dictionary<string, string> _variables = new(StringComparer.Ordinal) { ["AWS_REGION"] = "eu-west-1" };
    private readonly AwsOptions _options = new();
    private AwsProfile _profile = new();

    [Test]
    public void Without_a_custom_endpoint_the_client_uses_the_region()
    {
        AmazonS3Config config = Create();

        Assert.That((config.RegionEndpoint.SystemName, config.ServiceURL, config.ForcePathStyle), Is.EqualTo(("eu-west-1", (string?)null, false)));
    }

    [Test]
    public void A_custom_endpoint_gets_the_bucket_in_the_path_and_signatures_the_region()
    {
        _variables["AWS_ENDPOINT_URL_S3"] = "http://localhost:9000";

        AmazonS3Config config = Create();

        Assert.That(
            (config.ServiceURL, config.ForcePathStyle, config.AuthenticationRegion), Is.EqualTo(("http://localhost:9000/", true, "eu-west-1")));
    }

    [Test]
    public void A_slash_after_the_path_of_an_endpoint_is_not_doubled()
    {
        _variables["AWS_ENDPOINT_URL_S3"] = "http://localhost:9000/store/";

        Assert.That(Create().ServiceURL, Is.EqualTo("http://localhost:9000/store"));
    }

    [Test]
    public void A_custom_endpoint_needs_no_region()
    {
        _variables.Clear();
        _options.S3Endpoint = new Uri("http://localhost:9000");

        Assert.That(Create().AuthenticationRegion, Is.EqualTo("us-east-1"));
    }

    [TestCase("RegionOne")]
    [TestCase("default")]
    [TestCase("dc1.example")]
    public void A_store_may_give_its_region_any_name(string region)
    {
        _variables["AWS_REGION"] = region;
        _options.S3Endpoint = new Uri("http://localhost:9000");

        Assert.That(Create().AuthenticationRegion, Is.EqualTo(region));
    }

    [TestCase("eu west", true)]
    [TestCase("eu_west", true)]
    [TestCase("eu-west-", true)]
    [TestCase("-a", true)]
    [TestCase("a..b", true)]
    [TestCase("é", true)]
    [TestCase("-a", false)]
    [TestCase("a.b", false)]
    [TestCase("RegionOne", false)]
    public void A_name_that_no_region_has_is_refused(string region, bool hasEndpoint)
    {
        _variables["AWS_REGION"] = region;
        _options.S3Endpoint = hasEndpoint ? new Uri("http://localhost:9000") : null;

        Assert.That(Create, Throws.TypeOf<ConfigurationException>().With.Message.Contains("AWS_REGION"));
    }

    [Test]
    public void The_endpoint_of_the_profile_is_used_like_that_of_a_variable()
    {
        _profile = new AwsProfile { ServiceEndpoints = new Dictionary<string, string> { ["s3"] = "http://profile:1" } };

        AmazonS3Config config = Create();

        Assert.That((config.ServiceURL, config.ForcePathStyle), Is.EqualTo(("http://profile:1/", true)));
    }

    [Test]
    public void An_ignored_endpoint_is_not_found_by_the_SDK_either()
    {
        _variables["AWS_ENDPOINT_URL"] = "http://localhost:9000";
        _variables["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] = "true";

        AmazonS3Config config = Create();

        Assert.That((config.ServiceURL, config.IgnoreConfiguredEndpointUrls), Is.EqualTo(((string?)null, true)));
    }

    [Test]
    public void FIPS_and_dual_stack_endpoints_are_used_if_set()
    {
        _variables["AWS_USE_FIPS_ENDPOINT"] = "true";
        _profile = new AwsProfile { UseDualStack = true };

        AmazonS3Config config = Create();

        Assert.That((config.UseFIPSEndpoint, config.UseDualstackEndpoint), Is.EqualTo((true, true)));
    }

    [Test]
    public void A_missing_region_names_the_variable_to_set()
    {
        _variables.Clear();

        Assert.That(Create, Throws.TypeOf<ConfigurationException>().With.Message.Contains("AWS_REGION"));
    }

    private AmazonS3Config Create()
    {
        using IAmazonS3 client = S3ClientFactory.Create(new AwsSettings(_options, _variables.GetValueOrDefault, _ => _profile, () => null));
        return (AmazonS3Config)client.Config;
    }
}
