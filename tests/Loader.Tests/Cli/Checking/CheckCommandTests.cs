using Loader.LocalAws;
using Loader.LocalAws.Timestream;

namespace Loader.Tests.Cli.Checking;

/// <summary>The checks of an account with Timestream, S3 and CloudWatch. None of them stores anything.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class CheckCommandTests
{
    private static readonly string[] AllChecks =
    [
        "settings", "region", "credentials", "Timestream endpoint", "endpoint discovery", "database energy",
        "table consumption", "right to write consumption", "table generation", "right to write generation", "table transmission",
        "right to write transmission", "S3 endpoint", "source files", "source object", "first file", "rows", "series", "rejected rows",
        "right to publish metrics",
    ];

    [Test]
    public async Task A_complete_set_up_passes_every_check()
    {
        await using CheckRun run = await StartWithSourceAsync();

        int exit = await run.RunAsync("s3://lake/", "--publish-test-metric");

        Assert.That(run.Checks.Keys, Is.EquivalentTo(AllChecks));
        Assert.That(run.Checks.Values.Select(check => check.GetProperty("status").GetString()), Has.None.EqualTo("failed").And.None.EqualTo("skipped"), run.Cli.Output);
        Assert.That(run.TextOf("credentials"), Does.Contain("arn:aws:iam::123456789012:user/loader"));
        Assert.That(run.TextOf("table generation"), Does.Contain("24 h in the memory store").And.Contain("73,000 d").And.Contain("s3://reports/late/"));
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public async Task Nothing_is_stored_uploaded_or_published()
    {
        await using CheckRun run = await StartWithSourceAsync();
        string[] before = Keys(run.Server);

        await run.RunAsync("s3://lake/");

        Assert.That(DatasetTables(run.Server).Sum(table => table.Count), Is.Zero);
        Assert.That(run.Server.Timestream.IngestedRecords, Is.Zero);
        Assert.That(Keys(run.Server), Is.EqualTo(before));
        Assert.That(run.Server.CloudWatch.Metrics, Is.Empty);
        Assert.That(run.Server.Requests.Of("timestream:WriteRecords").Select(request => request.Status), Is.EqualTo(new[] { 419, 419, 419 }));
        Assert.That(run.Server.Requests.Of("s3:PutObject").Select(request => request.Status), Is.EqualTo(new[] { 400 }));
        Assert.That(run.StatusOf("right to publish metrics"), Is.EqualTo("skipped"));
        Assert.That(Directory.GetFileSystemEntries(run.Cli.Folder), Is.Empty);
    }

    [TestCase("timestream:DescribeEndpoints", "endpoint discovery", "failed", "timestream:DescribeEndpoints")]
    [TestCase("timestream:DescribeDatabase", "database energy", "skipped", "timestream:DescribeDatabase")]
    [TestCase("timestream:DescribeTable", "table generation", "warning", "timestream:DescribeTable")]
    [TestCase("timestream:WriteRecords", "right to write generation", "failed", "timestream:WriteRecords")]
    [TestCase("s3:ListObjectsV2", "source files", "failed", "s3:ListBucket")]
    [TestCase("s3:GetObject", "source object", "failed", "s3:GetObject")]
    [TestCase("s3:PutObject", "rejected rows", "failed", "s3:PutObject")]
    [TestCase("cloudwatch:PutMetricData", "right to publish metrics", "failed", "cloudwatch:PutMetricData")]
    [TestCase("sts:GetCallerIdentity", "credentials", "failed", "sign in again")]
    public async Task A_missing_right_is_found_by_name(string operation, string check, string status, string remedy)
    {
        await using CheckRun run = await StartWithSourceAsync();
        run.Server.Faults.On(operation).Always().AccessDenied();

        int exit = await run.RunAsync("s3://lake/", "--publish-test-metric");

        Assert.That(run.StatusOf(check), Is.EqualTo(status), run.Cli.Output);
        Assert.That(run.TextOf(check), Does.Contain(remedy));
        Assert.That(exit, Is.EqualTo(status == "failed" ? 1 : 0));
        Assert.That(run.Server.Timestream.IngestedRecords, Is.Zero);
    }

    [TestCase("timestream:WriteRecords", "right to write generation")]
    [TestCase("s3:PutObject", "rejected rows")]
    [TestCase("cloudwatch:PutMetricData", "right to publish metrics")]
    [TestCase("sts:GetCallerIdentity", "credentials")]
    public async Task An_unexpected_answer_shows_nothing_and_is_a_warning(string operation, string check)
    {
        await using CheckRun run = await StartWithSourceAsync();
        run.Server.Faults.On(operation).Always().InternalError();

        int exit = await run.RunAsync("s3://lake/", "--publish-test-metric");

        Assert.That(run.StatusOf(check), Is.EqualTo("warning"), run.Cli.Output);
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public async Task A_validation_error_does_not_show_the_right_to_write()
    {
        await using CheckRun run = await StartWithSourceAsync();
        run.Server.Faults.On("timestream:WriteRecords").Always().Error(400, "ValidationException", "Validated before authorized.");

        await run.RunAsync();

        Assert.That(run.StatusOf("right to write generation"), Is.EqualTo("warning"));
        Assert.That(run.TextOf("right to write generation"), Does.Contain("Not shown"));
    }

    [Test]
    public async Task A_service_that_stores_the_probe_fails_the_check()
    {
        await using CheckRun run = await CheckRun.StartAsync(new LocalAwsOptions { DiscardWrites = true });

        int exit = await run.RunAsync();

        Assert.That(run.StatusOf("right to write generation"), Is.EqualTo("failed"), run.Cli.Output);
        Assert.That(run.TextOf("right to write generation"), Does.Contain("was stored"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task An_account_without_access_to_the_closed_service_is_told_so()
    {
        const string Message = "Only existing Timestream for LiveAnalytics customers can access the service.";
        await using CheckRun run = await CheckRun.StartAsync();
        run.Server.Faults.On("timestream:DescribeEndpoints").Always().Error(403, "AccessDeniedException", Message);

        int exit = await run.RunAsync();

        Assert.That(run.StatusOf("endpoint discovery"), Is.EqualTo("failed"));
        Assert.That(run.TextOf("endpoint discovery"), Does.Contain("no new customers since 2025-06-20"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task Missing_tables_are_named_and_not_written_to()
    {
        await using CheckRun run = await CheckRun.StartAsync(createsTables: false);
        run.Server.Timestream.CreateDatabase(EnergyTables.Database);

        await run.RunAsync();

        Assert.That(run.StatusOf("database energy"), Is.EqualTo("ok"));
        Assert.That(run.StatusOf("table generation"), Is.EqualTo("failed"));
        Assert.That(run.Checks.Keys, Has.None.StartWith("right to write"));
    }

    [Test]
    public async Task A_missing_database_ends_the_checks_of_Timestream()
    {
        await using CheckRun run = await CheckRun.StartAsync(createsTables: false);

        await run.RunAsync();

        Assert.That(run.StatusOf("database energy"), Is.EqualTo("failed"));
        Assert.That(run.TextOf("database energy"), Does.Contain("TIMESTREAM_DATABASE_NAME"));
        Assert.That(run.Checks.Keys, Has.None.StartWith("table"));
    }

    [Test]
    public async Task A_table_that_loses_late_rejections_is_a_warning()
    {
        await using CheckRun run = await CheckRun.StartAsync(createsTables: false);
        run.Server.Timestream.CreateEnergyTables(new TableSettings { MagneticStoreWrites = true });

        await run.RunAsync();

        Assert.That(run.StatusOf("table generation"), Is.EqualTo("warning"));
        Assert.That(run.TextOf("table generation"), Does.Contain("MagneticStoreRejectedDataLocation"));
    }

    [Test]
    public async Task A_table_with_a_required_dimension_shows_its_partition_key_and_the_right_to_write()
    {
        await using CheckRun run = await CheckRun.StartAsync(createsTables: false);
        run.Server.Timestream.CreateEnergyTables(EnergyTables.Settings with { PartitionKey = [new("DIMENSION", "region", "REQUIRED")] });

        await run.RunAsync();

        Assert.That(run.TextOf("table generation"), Does.Contain("region (required)"));
        Assert.That(run.StatusOf("right to write generation"), Is.EqualTo("ok"));
    }

    [Test]
    public async Task A_server_that_nobody_answers_at_is_a_failure_with_a_remedy()
    {
        await using CheckRun run = CheckRun.To(new Uri("http://127.0.0.1:9/"));

        int exit = await run.RunAsync();

        Assert.That(run.StatusOf("Timestream endpoint"), Is.EqualTo("failed"));
        Assert.That(run.TextOf("Timestream endpoint"), Does.Contain("AWS_ENDPOINT_URL_TIMESTREAM_WRITE"));
        Assert.That(run.StatusOf("S3 endpoint"), Is.EqualTo("failed"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task A_clock_that_differs_is_a_warning()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(10));
        await using CheckRun run = await CheckRun.StartAsync(new LocalAwsOptions { TimeProvider = time });

        await run.RunAsync();

        Assert.That(run.StatusOf("Timestream endpoint"), Is.EqualTo("warning"), run.Cli.Output);
        Assert.That(run.TextOf("Timestream endpoint"), Does.Contain("behind"));
    }

    [Test]
    public async Task Wrong_settings_are_listed_and_what_needs_them_is_skipped()
    {
        await using CheckRun run = await CheckRun.StartAsync();
        run.Cli.Set("GENERATION_TABLE_NAME", "x").Set("MAX_BATCH_SIZE", "a lot");

        int exit = await run.RunAsync();

        Assert.That(run.TextOf("settings"), Does.Contain("GENERATION_TABLE_NAME is 'x'").And.Contain("MAX_BATCH_SIZE is 'a lot'"));
        Assert.That(run.StatusOf("Timestream"), Is.EqualTo("skipped"));
        Assert.That(run.StatusOf("rejected rows"), Is.EqualTo("ok"));
        Assert.That(exit, Is.EqualTo(1));
    }

    [Test]
    public async Task The_document_has_the_form_of_its_schema()
    {
        await using CheckRun run = await StartWithSourceAsync();

        await run.RunAsync("s3://lake/");

        Assert.That(Support.JsonSchema.Read("check-output.schema.json").Check(run.Cli.Json), Is.Empty);
    }

    [Test]
    public async Task Secrets_are_not_shown()
    {
        await using CheckRun run = await CheckRun.StartAsync();
        run.Cli.Set("AWS_SECRET_ACCESS_KEY", "very-secret").Set("AWS_SESSION_TOKEN", "session-secret").Set("HTTPS_PROXY", "http://user:pass-secret@proxy:80");

        await run.RunAsync();

        Assert.That(run.Cli.Output, Does.Contain("AWS_SECRET_ACCESS_KEY"));
        Assert.That(run.Cli.Output + run.Cli.Error, Does.Not.Contain("-secret\"").And.Not.Contain("very-secret").And.Not.Contain("pass-secret"));
    }

    [Test]
    public async Task The_console_shows_one_line_for_each_check_and_a_summary()
    {
        await using CheckRun run = await CheckRun.StartAsync();

        int exit = await run.Cli.RunAsync("check", "--sink", "timestream");

        string[] lines = run.Cli.Output.Split('\n');
        Assert.That(lines, Has.Some.StartsWith("ok       right to write generation:"));
        Assert.That(lines, Has.Some.StartsWith("skipped  right to publish metrics:"));
        Assert.That(run.Cli.Output, Does.Contain("0 failed").And.Contain("Nothing was stored."));
        Assert.That(lines, Has.Some.Match(@"TIMESTREAM_DATABASE_NAME +energy +environment"));
        Assert.That(lines, Has.Some.Match(@"MAX_RETRIES +3 +default"));
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public async Task An_interrupt_ends_the_checks_and_says_so()
    {
        await using CheckRun run = await CheckRun.StartAsync();
        run.Server.Faults.On("timestream:DescribeDatabase").Always().Do(() => run.Cli.Signals.Raise());

        int exit = await run.RunAsync();

        Assert.That(exit, Is.EqualTo(130));
        Assert.That(run.Cli.Json.GetProperty("error").GetString(), Does.Contain("Interrupted"));
    }

    [TestCase("--sink", "none")]
    [TestCase("--publish-test-metric")]
    [TestCase("--account", "123456789012")]
    [TestCase("--policy", "s3://lake/")]
    [TestCase("--policy", "load", "--account", "12")]
    [TestCase("--policy", "load", "--json")]
    [TestCase("--sink", "timestream", "--duckdb", "x")]
    public async Task Options_that_contradict_each_other_are_refused(params string[] arguments)
    {
        using var cli = new CliRun();

        Assert.That(await cli.RunAsync(["check", .. arguments]), Is.EqualTo(2), cli.Output);
    }

    private static async Task<CheckRun> StartWithSourceAsync()
    {
        CheckRun run = await CheckRun.StartAsync();
        string samples = await run.Cli.SampleAsync();
        foreach (string path in Directory.GetFiles(samples, "*.parquet", SearchOption.AllDirectories))
        {
            run.Server.S3.Put("lake", Path.GetRelativePath(samples, path).Replace('\\', '/'), await File.ReadAllBytesAsync(path));
        }

        Directory.Delete(samples, recursive: true);
        return run;
    }

    private static string[] Keys(LocalAwsServer server) =>
        [.. server.S3.Buckets.SelectMany(bucket => bucket.Keys.Select(key => $"{bucket.Name}/{key}"))];

    private static IEnumerable<TimestreamTable> DatasetTables(LocalAwsServer server) =>
        ((string[])[EnergyTables.Generation, EnergyTables.Consumption, EnergyTables.Transmission])
            .Select(name => server.Timestream.Table(EnergyTables.Database, name));
}
