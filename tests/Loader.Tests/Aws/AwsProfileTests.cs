using Loader.Application.Results;
using Loader.Infrastructure.Aws.Configuration;

namespace Loader.Tests.Aws;

/// <summary>Profiles in files, as AWSSDK.Core and the loader read them together.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AwsProfileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("loader-profile-").FullName;

    [Test]
    public void Region_and_switches_are_read()
    {
        AwsProfile profile = Read(
            """
            [profile night]
            region = sa-east-1
            use_fips_endpoint = true
            use_dualstack_endpoint = false
            ignore_configured_endpoint_urls = true
            """);

        Assert.That(
            (profile.Region, profile.UseFips, profile.UseDualStack, profile.IgnoreConfiguredEndpoints),
            Is.EqualTo(("sa-east-1", (bool?)true, (bool?)false, (bool?)true)));
    }

    [Test]
    public void The_services_section_has_an_endpoint_for_each_service()
    {
        AwsProfile profile = Read(
            """
            [profile night]
            services = local # comment

            [services local]
            s3 =
              endpoint_url = http://s3:1
              max_concurrent_requests = 5
            timestream_write=
            	endpoint_url=http://timestream:2/?a=b

            # cloudwatch =
            #   endpoint_url = http://commented
            [services other]
            cloudwatch =
              endpoint_url = http://other:3
            """);

        Assert.That(profile.ServiceEndpoints, Is.EquivalentTo(
            new Dictionary<string, string> { ["s3"] = "http://s3:1", ["timestream_write"] = "http://timestream:2/?a=b" }));
    }

    [TestCase("[profile night]\nendpoint_url = http://all:1")]
    [TestCase("[ profile  night ]\nendpoint_url = http://all:1 ; comment")]
    [TestCase("[profile night]\nendpoint_url = http://all:1\nservices = local\n[services local]\ns3 =\n  endpoint_url = http://s3:2")]
    [TestCase("[profile day]\nendpoint_url = http://day:2\n[profile night]\nservices = local\nendpoint_url = http://all:1\n[services local]\n")]
    public void The_endpoint_for_all_services_is_read_with_and_without_a_services_section(string config)
    {
        Assert.That(Read(config).Endpoint, Is.EqualTo("http://all:1"));
    }

    [Test]
    public void A_profile_that_does_not_exist_has_no_settings()
    {
        AwsProfile profile = Read("[profile day]\nregion = sa-east-1\nendpoint_url = http://day:2");

        Assert.That(
            (profile.IsMissing, profile.Region, profile.Endpoint, profile.ServiceEndpoints.Count),
            Is.EqualTo((true, (string?)null, (string?)null, 0)));
    }

    [Test]
    public void A_file_that_cannot_be_read_is_a_configuration_error()
    {
        Read("[profile night]\nregion = eu-west-1");
        using var locked = new FileStream(Path.Combine(_folder, "config"), FileMode.Open, FileAccess.ReadWrite, FileShare.None);

        Assert.That(
            () => AwsProfile.Read("night", Path.Combine(_folder, "credentials")),
            Throws.TypeOf<ConfigurationException>().With.Message.Contains("'night'"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private AwsProfile Read(string config)
    {
        string credentials = Path.Combine(_folder, "credentials");
        File.WriteAllText(credentials, "[night]\naws_access_key_id = AKIALOCALAWS\naws_secret_access_key = local-secret\n");
        File.WriteAllText(Path.Combine(_folder, "config"), config);
        return AwsProfile.Read(config.Contains("night", StringComparison.Ordinal) ? "night" : "evening", credentials);
    }
}
