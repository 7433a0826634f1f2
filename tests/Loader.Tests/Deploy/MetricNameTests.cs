using System.Text.RegularExpressions;
using Amazon.Runtime;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.CloudWatch;
using Loader.LocalAws;
using Loader.LocalAws.CloudWatch;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Tests.Deploy;

/// <summary>Alarms and dashboard look at metrics that the loader publishes: a name that nobody publishes would show nothing, and sound no alarm.</summary>
public sealed partial class MetricNameTests
{
    private IReadOnlyList<MetricDatum> _published = null!;

    [OneTimeSetUp]
    public async Task PublishAsync()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        var options = new AwsOptions { Region = "eu-west-1", Credentials = new BasicAWSCredentials("key", "secret"), CloudWatchEndpoint = server.Endpoint };
        var aws = new AwsConnection(options, TimeProvider.System);
        await using var publisher = new CloudWatchPublisher(new MetricsOptions(), aws, TimeProvider.System, NullLogger<CloudWatchPublisher>.Instance);
        foreach (DatasetType? dataset in DatasetType.All.Append(null))
        {
            await publisher.PublishAsync(new LoadReport { File = SourceFile.InS3("data", "key"), Dataset = dataset }, CancellationToken.None);
        }

        await publisher.FlushAsync(CancellationToken.None);
        _published = server.CloudWatch.Metrics;
    }

    [Test]
    public void The_dashboard_shows_every_metric_and_no_other()
    {
        string lines = Block("dashboard.tf", "dashboard_lines = {", "} :");

        Assert.That(Shown().Matches(lines).Select(match => match.Groups["name"].Value), Is.EquivalentTo(Names));
        Assert.That(Named("dashboard.tf"), Is.SubsetOf(Names));
    }

    [Test]
    public void Alarms_watch_metrics_that_are_published()
    {
        string rows = Block("alarms.tf", "row_metrics = {", "}");

        Assert.That(Named("alarms.tf"), Is.EquivalentTo(new[] { "ProcessingErrors", "ThrottledRequests", "BatchesProcessed" }).And.SubsetOf(Names));
        Assert.That(
            Quoted().Matches(rows).Select(match => match.Groups["name"].Value),
            Is.EquivalentTo(new[] { "RecordsProcessed", "RowsSuperseded", "RowsDuplicate", "RowsInvalid", "RowsRejected" }).And.SubsetOf(Names));
    }

    [Test]
    public void They_look_by_the_dimension_and_the_datasets_that_are_published()
    {
        string datasets = Block("alarms.tf", "datasets      = [", "]") + Block("alarms.tf", "dataset_types = concat(local.datasets, [", "]");

        Assert.That(_published.SelectMany(metric => metric.Dimensions.Keys).Distinct(), Is.EqualTo(new[] { "DatasetType" }));
        Assert.That(
            _published.SelectMany(metric => metric.Dimensions.Values).Distinct(),
            Is.EquivalentTo(Quoted().Matches(datasets).Select(match => match.Groups["name"].Value)));
        Assert.That(Read("alarms.tf") + Read("dashboard.tf"), Does.Contain("DatasetType = type").And.Contains("\"DatasetType\", type"));
    }

    private IEnumerable<string> Names => _published.Select(metric => metric.Name).Distinct();

    private static string Read(string file) => ProjectFiles.Read($"deploy/terraform/{file}");

    /// <summary>The loader's metrics that a file names one by one; those of the services have a namespace of their own on the same line.</summary>
    private static IEnumerable<string> Named(string file) => Read(file).Split('\n')
        .Where(line => !line.Contains(" namespace ", StringComparison.Ordinal))
        .SelectMany(line => Name().Matches(line))
        .Select(match => match.Groups["name"].Value)
        .Distinct();

    private static string Block(string file, string begin, string end)
    {
        string text = Read(file);
        int start = text.IndexOf(begin, StringComparison.Ordinal);
        Assert.That(start, Is.GreaterThanOrEqualTo(0), $"{file} has no '{begin}'.");
        start += begin.Length;
        return text[start..text.IndexOf(end, start, StringComparison.Ordinal)];
    }

    [GeneratedRegex("""(name = |metric_name = |metrics_namespace, |dashboard_lines\.)"?(?<name>[A-Z]\w+)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();

    [GeneratedRegex("""(?<name>\w+) = "(Sum|Maximum)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Shown();

    [GeneratedRegex("\"(?<name>\\w+)\"", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Quoted();
}
