using Amazon.Runtime;
using Loader.Application;
using Loader.Domain;
using Loader.LocalAws;
using Loader.LocalAws.S3;
using Loader.LocalAws.Timestream;
using Loader.Tests.Lambda;
using Microsoft.Extensions.DependencyInjection;

namespace Loader.Tests.Deploy;

/// <summary>The functions' policies against the calls that their executables made: nothing is missing, and nothing is allowed without a reason.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class PolicyTests
{
    private const string EventRole = "s3_event";
    private const string StepRole = "step_functions";

    private LocalAwsServer _server = null!;

    [OneTimeSetUp]
    public async Task CallEverythingAsync()
    {
        _server = await LocalAwsServer.StartAsync(new() { KeepBodies = true });
        _server.Timestream.CreateEnergyTables(EnergyTables.Settings);
        string version = PutObjects(_server.S3.CreateBucket("lake", versioned: true));
        await using LambdaProcess onEvent = Start(EventRole, "LoadFromS3Event");
        await using LambdaProcess onStep = Start(StepRole, "LoadFromStepFunctions");
        foreach (string name in new[] { "generation/a", "consumption/a", "transmission/a", "generation/some-invalid", "generation/missing" })
        {
            string key = $"processed/dataset={name}.parquet";
            await onEvent.InvokeAsync(SomeEvents.EventBridge(key, bucket: "lake"));
            await onStep.InvokeAsync($$"""{"bucket":"lake","key":"{{key}}"}""");
        }

        await onEvent.InvokeAsync(SomeEvents.EventBridge("processed/dataset=generation/a.parquet", bucket: "lake", versionId: version));
        await onStep.InvokeAsync($$"""{"bucket":"lake","key":"processed/dataset=generation/a.parquet","version_id":"{{version}}"}""");
        await DiscoverAsync(EventRole);
        await DiscoverAsync(StepRole);
    }

    [OneTimeTearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [TestCase(EventRole)]
    [TestCase(StepRole)]
    public void Every_call_of_a_function_is_allowed(string role)
    {
        IReadOnlyList<IamCall> calls = IamCall.Of(_server.Requests.All, role);

        Assert.That(calls.Select(call => call.Action).Distinct(), Is.EquivalentTo(new[]
        {
            "s3:GetObject", "s3:GetObjectVersion", "s3:PutObject", "timestream:DescribeEndpoints", "timestream:DescribeTable", "timestream:WriteRecords",
            "cloudwatch:PutMetricData",
        }));
        Assert.That(IamPolicy.Reviewed("functions", role).RefusedOf(calls), Is.Empty);
    }

    [TestCase(EventRole)]
    [TestCase(StepRole)]
    public void What_is_allowed_is_called_or_has_a_reason(string role)
    {
        var reasons = new Dictionary<string, string>
        {
            ["TellMissingFromForbidden s3:ListBucket"] = "Never called: S3 answers 404 for a missing key to those only who may list.",
            ["WriteLogs logs:CreateLogStream"] = "Lambda takes what the function prints, and writes it with the function's role.",
            ["WriteLogs logs:PutLogEvents"] = "As above.",
        };
        if (role == EventRole)
        {
            reasons["KeepFailures sqs:SendMessage"] = "Lambda sends events that failed for good, with the function's role.";
            reasons["TakeEvents sqs:ReceiveMessage"] = "Lambda polls the queue with the function's role.";
            reasons["TakeEvents sqs:DeleteMessage"] = "As above.";
            reasons["TakeEvents sqs:GetQueueAttributes"] = "As above.";
        }

        IReadOnlyList<IamPolicy.Grant> never = IamPolicy.Reviewed("functions", role).NotNeededBy(IamCall.Of(_server.Requests.All, role));

        Assert.That(never.Select(grant => $"{grant.Sid} {grant.Action}"), Is.EquivalentTo(reasons.Keys));
    }

    [TestCase("s3:GetObject", "arn:aws:s3:::lake/processed/a/b.parquet", true)]
    [TestCase("s3:GetObject", "arn:aws:s3:::lake/rejected/b.parquet", false)]
    [TestCase("s3:GetObject", "arn:aws:s3:::lakes/processed/a.parquet", false)]
    [TestCase("s3:PutObject", "arn:aws:s3:::lake/rejected/b.parquet", true)]
    [TestCase("s3:PutObject", "arn:aws:s3:::lake/processed/b.parquet", false)]
    [TestCase("s3:DeleteObject", "arn:aws:s3:::lake/rejected/b.parquet", false)]
    [TestCase("timestream:WriteRecords", "arn:aws:timestream:eu-west-1:123456789012:database/energy/table/generation", true)]
    [TestCase("timestream:WriteRecords", "arn:aws:timestream:eu-west-1:123456789012:database/energy/table/generation2", false)]
    [TestCase("timestream:WriteRecords", "arn:aws:timestream:eu-west-1:123456789012:database/other/table/generation", false)]
    [TestCase("timestream:DescribeEndpoints", "*", true)]
    [TestCase("timestream:DeleteTable", "arn:aws:timestream:eu-west-1:123456789012:database/energy/table/generation", false)]
    [TestCase("cloudwatch:PutMetricData", "*", false)]
    public void Calls_are_judged_by_action_and_resource(string action, string resource, bool isAllowed)
    {
        Assert.That(IamPolicy.Reviewed("functions", StepRole).Allows(new IamCall(action, resource)), Is.EqualTo(isAllowed));
    }

    [TestCase("cloudwatch:PutMetricData", "*", "cloudwatch:namespace", "ONS/Timestream", true)]
    [TestCase("cloudwatch:PutMetricData", "*", "cloudwatch:namespace", "ONS/Timestream2", false)]
    [TestCase("cloudwatch:PutMetricData", "*", "cloudwatch:namespace", "AWS/Lambda", false)]
    public void Calls_are_judged_by_their_conditions(string action, string resource, string key, string value, bool isAllowed)
    {
        var call = new IamCall(action, resource, new Dictionary<string, string> { [key] = value });

        Assert.That(IamPolicy.Reviewed("functions", StepRole).Allows(call), Is.EqualTo(isAllowed));
    }

    [TestCase("processed/dataset=generation/", true)]
    [TestCase("", false)]
    [TestCase("rejected/", false)]
    public void The_backfill_lists_only_the_source(string prefix, bool isAllowed)
    {
        var call = new IamCall("s3:ListBucket", "arn:aws:s3:::lake", new Dictionary<string, string> { ["s3:prefix"] = prefix });

        Assert.That(IamPolicy.Reviewed("state_machines", "backfill").Allows(call), Is.EqualTo(isAllowed));
    }

    [TestCase(EventRole)]
    [TestCase(StepRole)]
    public void The_permission_that_tells_a_missing_object_applies_to_a_request_without_prefix(string role)
    {
        Assert.That(IamPolicy.Reviewed("functions", role).Allows(new IamCall("s3:ListBucket", "arn:aws:s3:::lake")), Is.True);
    }

    /// <summary>Puts a file of each dataset, one of them in two versions, and one with rows that are kept as invalid.</summary>
    /// <returns>The id of the older version.</returns>
    private static string PutObjects(S3Bucket lake)
    {
        string older = lake.Put("processed/dataset=generation/a.parquet", SomeFiles.Generation(rows: 5)).VersionId!;
        lake.Put("processed/dataset=generation/a.parquet", SomeFiles.Generation(rows: 5));
        lake.Put("processed/dataset=consumption/a.parquet", SomeFiles.Generation(rows: 5, columns: ", 'homes' AS consumer_type"));
        lake.Put("processed/dataset=transmission/a.parquet", SomeFiles.Generation(rows: 5, columns: ", 'L1' AS line_id"));
        lake.Put("processed/dataset=generation/some-invalid.parquet", SomeFiles.Generation(rows: 50, value: "nullif(i, 7)"));
        return older;
    }

    /// <summary>Starts a function whose access key tells its calls from those of others.</summary>
    private LambdaProcess Start(string accessKeyId, string handler) => LambdaProcess.Start(
        _server, handler, new Dictionary<string, string> { ["AWS_ACCESS_KEY_ID"] = accessKeyId, ["REJECTED_ROWS_LOCATION"] = "s3://lake/rejected/" });

    /// <summary>Loads in this process, since the executable discovers endpoints only where none is set, which is AWS itself.</summary>
    private async Task DiscoverAsync(string accessKeyId)
    {
        var credentials = new BasicAWSCredentials(accessKeyId, "secret");
        var services = new ServiceCollection();
        services.AddLoader(options =>
        {
            options.Aws.Region = "eu-west-1";
            options.Aws.Credentials = credentials;
            options.Aws.S3Endpoint = options.Aws.TimestreamEndpoint = options.Aws.CloudWatchEndpoint = _server.Endpoint;
            options.Aws.DiscoverTimestreamEndpoint = true;
            options.Timestream.DatabaseName = EnergyTables.Database;
            options.Timestream.GenerationTableName = EnergyTables.Generation;
            options.Timestream.ConsumptionTableName = EnergyTables.Consumption;
            options.Timestream.TransmissionTableName = EnergyTables.Transmission;
        });
        await using ServiceProvider provider = services.BuildServiceProvider();
        var request = new LoadRequest(SourceFile.InS3("lake", "processed/dataset=generation/a.parquet"));
        await provider.GetRequiredService<LoadParquetFile>().LoadAsync(request, CancellationToken.None);
    }
}
