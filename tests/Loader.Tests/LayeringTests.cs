using System.Reflection;

namespace Loader.Tests;

public sealed class LayeringTests
{
    private static readonly string[] Layers = ["Loader.Domain", "Loader.Application", "Loader.Infrastructure"];

    [Test]
    public void The_domain_refers_to_the_runtime_alone()
    {
        Assert.That(ReferencesOf("Loader.Domain").Where(name => !name.StartsWith("System.", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("Loader.Domain", new string[0])]
    [TestCase("Loader.Application", new[] { "Loader.Domain" })]
    [TestCase("Loader.Infrastructure", new[] { "Loader.Domain", "Loader.Application" })]
    [TestCase("Loader.DuckDb", new[] { "Loader.Domain", "Loader.Application" })]
    [TestCase("bootstrap", new[] { "Loader.Domain", "Loader.Application", "Loader.Infrastructure" })]
    public void A_layer_refers_only_to_the_layers_below(string layer, string[] below)
    {
        Assert.That(ReferencesOf(layer).Where(name => name.StartsWith("Loader.", StringComparison.OrdinalIgnoreCase)), Is.SubsetOf(below));
    }

    [Test]
    public void Aws_and_parquet_packages_stop_in_the_infrastructure()
    {
        string[] kept = ["AWSSDK.", "Parquet", "Polly", "Amazon."];

        Assert.That(
            new[] { "Loader.Domain", "Loader.Application" }.SelectMany(ReferencesOf).Where(name => kept.Any(name.StartsWith)),
            Is.Empty);
    }

    [Test]
    public void Types_of_aws_do_not_show_in_signatures_of_the_ports()
    {
        IEnumerable<Type> shown = Assembly.Load("Loader.Application").GetExportedTypes()
            .SelectMany(type => type.GetMethods()).SelectMany(method => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType));

        Assert.That(shown.Where(type => type.Namespace?.StartsWith("Amazon", StringComparison.Ordinal) == true), Is.Empty);
    }

    [Test]
    public void Interfaces_are_ports()
    {
        IEnumerable<Type> interfaces = Layers.Select(Assembly.Load).SelectMany(assembly => assembly.GetTypes())
            .Where(type => type.IsInterface && type.Namespace?.StartsWith("Loader.", StringComparison.Ordinal) == true);

        Assert.That(interfaces.Select(type => type.Namespace), Is.All.EqualTo("Loader.Application.Ports"));
    }

    private static IEnumerable<string> ReferencesOf(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(name => name.Name!);
}
