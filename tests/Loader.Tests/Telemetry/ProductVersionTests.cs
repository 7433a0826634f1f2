using System.Reflection;
using Loader.Application;
using Loader.Application.Telemetry;

namespace Loader.Tests.Telemetry;

/// <summary>The version that requests, spans and instruments carry.</summary>
internal sealed class ProductVersionTests
{
    [Test]
    public void Is_the_version_of_the_package()
    {
        string built = typeof(LoadParquetFile).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

        Assert.That(built.Split('+')[0], Is.EqualTo(ProductVersion.Current));
    }
}
