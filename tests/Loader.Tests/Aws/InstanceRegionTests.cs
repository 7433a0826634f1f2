using Loader.Infrastructure.Aws.Configuration;
using Loader.Tests.Support;

namespace Loader.Tests.Aws;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class InstanceRegionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [TestCase("Amazon EC2\n", "eu-west-1")]
    [TestCase("Xen\n", "eu-west-1")]
    [TestCase("", "eu-west-1")]
    [TestCase(null, "eu-west-1")]
    [TestCase("LENOVO\n", null)]
    [TestCase("QEMU\n", null)]
    public void The_metadata_service_is_asked_unless_the_hardware_is_of_another_vendor(string? vendor, string? expected)
    {
        string file = Path.Combine(_folder.Path, "sys_vendor");
        if (vendor is not null)
        {
            File.WriteAllText(file, vendor);
        }

        Assert.That(InstanceRegion.Read(_ => null, file, () => "eu-west-1"), Is.EqualTo(expected));
    }

    [Test]
    public void The_metadata_service_is_not_asked_if_it_is_disabled()
    {
        string? region = InstanceRegion.Read(
            name => name == "AWS_EC2_METADATA_DISABLED" ? "true" : null, Path.Combine(_folder.Path, "none"), () => "eu-west-1");

        Assert.That(region, Is.Null);
    }

    public void Dispose() => _folder.Dispose();
}
