using System.Reflection;
using Loader.Tests.Support;

namespace Loader.Tests;

public sealed class LayeringTests
{
    private static readonly string[] Layers = ["Loader.Domain", "Loader.Parquet", "Loader.Application", "Loader.Infrastructure"];

    [Test]
    public void The_domain_references_only_the_runtime()
    {
        Assert.That(ReferencesOf("Loader.Domain").Where(name => !name.StartsWith("System.", StringComparison.Ordinal)), Is.Empty);
    }

    [TestCase("Loader.Domain", new string[0])]
    [TestCase("Loader.Application", new[] { "Loader.Domain" })]
    [TestCase("Loader.Parquet", new string[0])]
    [TestCase("Loader.Infrastructure", new[] { "Loader.Domain", "Loader.Parquet", "Loader.Application" })]
    [TestCase("Loader.DuckDb", new[] { "Loader.Domain", "Loader.Application" })]
    [TestCase("bootstrap", new[] { "Loader.Domain", "Loader.Application", "Loader.Infrastructure" })]
    public void A_layer_references_only_the_layers_below(string layer, string[] below)
    {
        Assert.That(ReferencesOf(layer).Where(name => name.StartsWith("Loader.", StringComparison.OrdinalIgnoreCase)), Is.SubsetOf(below));
    }

    [Test]
    public void Only_the_infrastructure_references_aws_and_parquet_packages()
    {
        string[] kept = ["AWSSDK.", "Parquet", "Amazon."];

        Assert.That(
            new[] { "Loader.Domain", "Loader.Application" }.SelectMany(ReferencesOf).Where(name => kept.Any(name.StartsWith)),
            Is.Empty);
    }

    [TestCase("Loader.Parquet")]
    [TestCase("Loader.DuckDb")]
    public void The_parquet_reader_and_the_embedded_sink_do_not_reference_aws(string assembly)
    {
        Assert.That(ReferencesOf(assembly).Where(name => name.StartsWith("AWSSDK.", StringComparison.Ordinal)), Is.Empty);
    }

    [Test]
    public void Signatures_of_the_application_contain_no_aws_types()
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

    [TestCase("Loader.Domain")]
    [TestCase("Loader.Application")]
    [TestCase("Loader.Infrastructure")]
    [TestCase("Loader.Parquet")]
    [TestCase("Loader.DuckDb")]
    [TestCase("loader")]
    [TestCase("bootstrap")]
    public void Namespaces_do_not_depend_on_each_other_in_a_circle(string assembly)
    {
        IEnumerable<string> circles = NamespaceGraph.Read(File.OpenRead(Assembly.Load(assembly).Location)).FindCircles();

        Assert.That(string.Join(Environment.NewLine + Environment.NewLine, circles), Is.Empty);
    }

    private static IEnumerable<string> ReferencesOf(string assembly) =>
        Assembly.Load(assembly).GetReferencedAssemblies().Select(name => name.Name!);
}
