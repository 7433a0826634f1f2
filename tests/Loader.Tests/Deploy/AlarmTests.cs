using System.Text.Json.Nodes;
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

/// <summary>
/// Every alarm watches a metric that exists and has a section in the runbook. <c>deploy/terraform/tests/alarms.json</c> lists the metrics of each
/// alarm; <c>terraform test</c> compares it with the module.
/// </summary>
public sealed partial class AlarmTests
{
    private const string Unit = "Count";
    private const string OwnNamespace = "ONS/Timestream";

    /// <summary>
    /// Metrics of AWS with their dimensions and units, from the references of the services:
    /// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html,
    /// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html,
    /// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html,
    /// https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html,
    /// https://docs.aws.amazon.com/timestream/latest/developerguide/metrics-dimensions.html and
    /// https://docs.aws.amazon.com/timestream/latest/developerguide/timestream-for-influx-monitoring-configuration-optimization.html.
    /// </summary>
    private static readonly Dictionary<string, string> MetricsOfAws = new()
    {
        ["AWS/Lambda Duration FunctionName"] = "Milliseconds",
        ["AWS/Lambda Errors FunctionName"] = Unit,
        ["AWS/Lambda Throttles FunctionName"] = Unit,
        ["AWS/Lambda DestinationDeliveryFailures FunctionName"] = Unit,
        ["AWS/Events InvocationsFailedToBeSentToDlq RuleName"] = Unit,
        ["AWS/SQS ApproximateNumberOfMessagesVisible QueueName"] = Unit,
        ["AWS/SQS ApproximateAgeOfOldestMessage QueueName"] = "Seconds",
        ["AWS/States ExecutionsFailed StateMachineArn"] = Unit,
        ["AWS/States ExecutionsTimedOut StateMachineArn"] = Unit,
        ["AWS/Timestream MagneticStoreRejectedRecordCount DatabaseName,TableName"] = Unit,
        ["AWS/Timestream MagneticStoreRejectedUploadUserFailures DatabaseName"] = Unit,
        ["AWS/Timestream/InfluxDB CPUUtilization DbInstanceName"] = "Percent",
        ["AWS/Timestream/InfluxDB MemoryUtilization DbInstanceName"] = "Percent",
        ["AWS/Timestream/InfluxDB DiskUtilization DbInstanceName"] = "Percent",
    };

    private static readonly Dictionary<string, string[]> Alarms = ReadAlarms();

    private IReadOnlyList<MetricDatum> _published = null!;

    private static IEnumerable<TestCaseData> Watched =>
        from alarm in Alarms
        from metric in alarm.Value
        select new TestCaseData(alarm.Key, metric).SetArgDisplayNames(alarm.Key, metric);

    private static IEnumerable<string> Names => Alarms.Keys;

    private static IEnumerable<string> Sections => RunbookSections().Keys;

    [OneTimeSetUp]
    public async Task PublishAsync()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        var options = new AwsOptions { Region = "eu-west-1", Credentials = new BasicAWSCredentials("key", "secret"), CloudWatchEndpoint = server.Endpoint };
        var aws = new AwsConnection(options, TimeProvider.System);
        await using var publisher = new CloudWatchPublisher(new MetricsOptions(), aws, TimeProvider.System, NullLogger<CloudWatchPublisher>.Instance);
        await publisher.PublishAsync(new LoadReport { File = SourceFile.InS3("data", "key"), Dataset = null }, CancellationToken.None);
        await publisher.FlushAsync(CancellationToken.None);
        _published = server.CloudWatch.Metrics;
    }

    [TestCaseSource(nameof(Watched))]
    public void An_alarm_watches_a_metric_that_is_published(string alarm, string metric)
    {
        (string space, string name, string statistic, string dimensions) = Parse(metric);
        string? unit = space == OwnNamespace
            ? _published.SingleOrDefault(datum => datum.Namespace == space && datum.Name == name && string.Join(',', datum.Dimensions.Keys) == dimensions)?.Unit
            : MetricsOfAws.GetValueOrDefault($"{space} {name} {dimensions}");

        Assert.That(unit, Is.EqualTo(UnitOf(alarm)), $"{metric} is not published with this dimension and unit");
        Assert.That(statistic, Is.EqualTo(unit == Unit && !name.StartsWith("Approximate", StringComparison.Ordinal) ? "Sum" : unit == "Percent" ? "Average" : "Maximum"));
    }

    [TestCaseSource(nameof(Names))]
    public void An_alarm_has_a_section_in_the_runbook(string alarm)
    {
        Assert.That(Sections.Count(section => Matches(section, alarm)), Is.EqualTo(1), "number of sections");
    }

    [TestCaseSource(nameof(Sections))]
    public void A_section_of_the_runbook_is_about_an_alarm(string section)
    {
        Assert.That(Names, Has.Some.Matches<string>(alarm => Matches(section, alarm)));
    }

    [TestCaseSource(nameof(Sections))]
    public void A_section_says_what_the_alarm_means_where_to_look_what_to_do_and_how_to_replay(string section)
    {
        IEnumerable<string> labels = Label().Matches(RunbookSections()[section]).Select(match => match.Groups["name"].Value);

        Assert.That(labels, Is.EqualTo(new[] { "Meaning", "Look at", "Do", "Replay" }));
    }

    /// <summary>The unit that the threshold of an alarm has.</summary>
    private static string UnitOf(string alarm) => alarm switch
    {
        "queue-age" => "Seconds",
        _ when alarm.StartsWith("duration-", StringComparison.Ordinal) => "Milliseconds",
        _ when alarm.StartsWith("influxdb-", StringComparison.Ordinal) => "Percent",
        _ => Unit,
    };

    /// <summary>Takes a metric apart: <c>namespace name statistic dimensions</c>, or a query.</summary>
    private static (string Space, string Name, string Statistic, string Dimensions) Parse(string metric)
    {
        Match query = Query().Match(metric);
        if (query.Success)
        {
            string dimensions = string.Join(',', Dimension().Matches(query.Groups["where"].Value).Select(match => match.Groups["name"].Value));
            return (query.Groups["space"].Value, query.Groups["metric"].Value, "Sum", dimensions);
        }

        string[] parts = metric.Split(' ');
        return (parts[0], parts[1], parts[2], parts[3]);
    }

    /// <summary>A section such as <c>dead-letters-&lt;queue&gt;</c> is about every alarm whose name begins so.</summary>
    private static bool Matches(string section, string alarm) => section.IndexOf('<', StringComparison.Ordinal) is var at and >= 0
        ? alarm.StartsWith(section[..at], StringComparison.Ordinal)
        : alarm == section;

    private static Dictionary<string, string> RunbookSections() =>
        Section().Matches(ProjectFiles.Read("docs/runbook.md")).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["text"].Value);

    private static Dictionary<string, string[]> ReadAlarms() =>
        JsonNode.Parse(ProjectFiles.Read("deploy/terraform/tests/alarms.json"))!.AsObject()
            .ToDictionary(alarm => alarm.Key, alarm => alarm.Value!.AsArray().Select(metric => metric!.GetValue<string>()).ToArray());

    [GeneratedRegex("""^SELECT SUM\((?<metric>\w+)\) FROM "(?<space>[^"]+)" WHERE (?<where>.*)$""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Query();

    [GeneratedRegex(@"(?<name>\w+) = '", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Dimension();

    /// <summary>A heading of an alarm, such as <c>### `queue-age`</c>, and the text below it.</summary>
    [GeneratedRegex("^### `(?<name>[^`]+)`\n(?<text>.*?)(?=^##|\\z)", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Section();

    [GeneratedRegex(@"^\*\*(?<name>[A-Z][a-z ]+)\.\*\* ", RegexOptions.ExplicitCapture | RegexOptions.Multiline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Label();
}
