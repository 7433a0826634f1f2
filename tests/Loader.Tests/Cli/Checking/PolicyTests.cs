using System.Text.Json.Nodes;
using Loader.Infrastructure.Configuration;
using Loader.Tests.Deploy;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Primitives;

namespace Loader.Tests.Cli.Checking;

/// <summary>The policy that <c>check --policy</c> prints, against the reviewed one of the Terraform module.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class PolicyTests
{
    [Test]
    public async Task The_policy_of_a_load_is_that_of_the_functions()
    {
        await using CheckRun run = await CheckRun.StartAsync(createsTables: false);
        run.Cli.Set("METRICS_NAMESPACE", "ONS/Timestream");

        int exit = await run.Cli.RunAsync("check", "s3://lake/processed/", "--sink", "timestream", "--rejected", "s3://lake/rejected/", "--policy");

        JsonArray printed = JsonNode.Parse(run.Cli.Output)!["Statement"]!.AsArray();
        JsonArray reviewed = Reviewed("policies.json", "s3_event");
        Assert.That(exit, Is.Zero, run.Cli.Error);
        Assert.That(printed.Select(Text), Is.EqualTo(reviewed.Take(printed.Count).Select(Text)));
        Assert.That(reviewed.Skip(printed.Count).Select(statement => statement!["Sid"]!.GetValue<string>()), Is.EqualTo(new[] { "WriteLogs", "KeepFailures", "TakeEvents" }));
    }

    [Test]
    public async Task The_policy_for_InfluxDB_reads_the_token()
    {
        JsonArray reviewed = Reviewed("policies_influxdb.json", "step_functions");
        string secret = reviewed[0]!["Resource"]![0]!.GetValue<string>();
        using var cli = new CliRun();
        cli.Set("INFLUXDB_URL", "https://host:8086").Set("INFLUXDB_DATABASE", "energy").Set("INFLUXDB_TOKEN_SECRET_ARN", secret)
            .Set("METRICS_NAMESPACE", "ONS/Timestream");

        int exit = await cli.RunAsync("check", "s3://lake/processed/", "--sink", "influxdb", "--rejected", "s3://lake/rejected/", "--policy");

        string[] printed = [.. JsonNode.Parse(cli.Output)!["Statement"]!.AsArray().Select(Text)];
        Assert.That(exit, Is.Zero, cli.Error);
        Assert.That(printed, Has.Some.Contains("secretsmanager:GetSecretValue").And.None.Contains("timestream"));
        Assert.That(printed, Is.SubsetOf(reviewed.Select(Text)));
    }

    [Test]
    public async Task The_policy_to_verify_may_read_records_and_not_write_any()
    {
        await using CheckRun run = await CheckRun.StartAsync(createsTables: false);

        await run.Cli.RunAsync("check", "s3://lake/processed/", "--sink", "timestream", "--policy", "verify", "--account", "210987654321");

        var actions = JsonNode.Parse(run.Cli.Output)!["Statement"]!.AsArray().SelectMany(statement => statement!["Action"]!.AsArray()).Select(action => action!.GetValue<string>()).ToArray();
        Assert.That(actions, Does.Contain("timestream:Select").And.Contain("timestream:DescribeEndpoints").And.Contain("s3:GetObject"));
        Assert.That(actions, Has.None.Contains("Write").And.None.Contains("Put"));
        Assert.That(run.Cli.Output, Does.Contain("arn:aws:timestream:eu-west-1:210987654321:database/energy/table/generation"));
    }

    [Test]
    public async Task An_account_that_nobody_names_is_an_error_with_a_remedy()
    {
        await using CheckRun run = CheckRun.To(new Uri("http://127.0.0.1:9/"));

        int exit = await run.Cli.RunAsync("check", "--sink", "timestream", "--policy");

        Assert.That(run.Cli.Error, Does.Contain("--account"));
        Assert.That(run.Cli.Output, Is.Empty);
        Assert.That(exit, Is.EqualTo(2));
    }

    [TestCase("s3://lake/${x}/y*/*.parquet", "arn:aws:s3:::lake/${$}{x}/y*")]
    [TestCase("s3://lake/**", "arn:aws:s3:::lake/*")]
    public async Task A_pattern_as_a_source_may_read_what_begins_with_its_longest_prefix(string source, string objects)
    {
        using var cli = new CliRun();

        await cli.RunAsync("check", source, "--policy");

        Assert.That(cli.Output, Does.Contain($"\"{objects}\"").And.Contain("s3:ListBucket"));
    }

    [Test]
    public async Task Characters_that_a_pattern_would_expand_are_literal()
    {
        using var cli = new CliRun();

        await cli.RunAsync("check", "s3://lake/in/", "--rejected", "s3://lake/a*b?/${x}/", "--policy");

        Assert.That(cli.Output, Does.Contain("arn:aws:s3:::lake/a${*}b${?}/${$}{x}/*"));
    }

    [Test]
    public async Task What_the_policy_cannot_contain_is_told_on_standard_error()
    {
        using var cli = new CliRun();

        int exit = await cli.RunAsync("check", "--policy");

        Assert.That(JsonNode.Parse(cli.Output)!["Statement"]!.AsArray(), Is.Empty);
        Assert.That(cli.Error, Does.Contain("No source in S3").And.Contain("DuckDB writes to a file").And.Contain("kept on disk"));
        Assert.That(exit, Is.Zero);
    }

    [Test]
    public void Every_setting_that_is_read_is_shown()
    {
        var configuration = new RecordingConfiguration();

        new LoaderOptionsSetup(configuration).Configure(new LoaderOptions());

        Assert.That(LoaderSetting.All.Select(setting => setting.Name), Is.EquivalentTo(configuration.Asked));
    }

    [Test]
    public void Every_token_is_a_secret() => Assert.That(
        LoaderSetting.All.Where(setting => setting.Name.EndsWith("TOKEN", StringComparison.Ordinal)).Select(setting => setting.IsSecret), Is.Not.Empty.And.All.True);

    private static JsonArray Reviewed(string file, string function) =>
        JsonNode.Parse(ProjectFiles.Read($"deploy/terraform/tests/{file}"))!["functions"]![function]!["Statement"]!.AsArray();

    /// <summary>Formats a statement with its members in one order.</summary>
    private static string Text(JsonNode? statement) =>
        new JsonObject(statement!.AsObject().OrderBy(member => member.Key, StringComparer.Ordinal)
            .Select(member => KeyValuePair.Create(member.Key, member.Value?.DeepClone()))).ToJsonString();

    private sealed class RecordingConfiguration : IConfiguration
    {
        public HashSet<string> Asked { get; } = [];

        public string? this[string key]
        {
            get
            {
                Asked.Add(key);
                return null;
            }
            set => throw new NotSupportedException();
        }

        public IEnumerable<IConfigurationSection> GetChildren() => [];

        public IChangeToken GetReloadToken() => throw new NotSupportedException();

        public IConfigurationSection GetSection(string key) => throw new NotSupportedException();
    }
}
