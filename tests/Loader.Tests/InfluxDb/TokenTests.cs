using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb;
using Loader.LocalAws;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.Support;
using Loader.Tests.Timestream;

namespace Loader.Tests.InfluxDb;

/// <summary>Where the token comes from, and that it stays where it belongs.</summary>
[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class TokenTests
{
    private const string Arn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:influx-AbCdEf";
    private const string GetSecret = "secretsmanager:GetSecretValue";

    private LocalAwsServer _aws = null!;

    [SetUp]
    public async Task StartAsync() => _aws = await LocalAwsServer.StartAsync(new LocalAwsOptions { VerifySignatures = true });

    [TearDown]
    public async Task StopAsync()
    {
        Assert.That(_aws.Requests.Failures, Is.Empty);
        await _aws.DisposeAsync();
    }

    [TestCase("""{"engine":"timestream-influxdb","type":"operator","token":"local-influx-token","dbIdentifier":"x"}""")]
    [TestCase("local-influx-token")]
    [TestCase("  local-influx-token\n")]
    public async Task The_token_is_read_from_a_secret(string secret)
    {
        _aws.Secrets[Arn] = secret;
        await using LocalInflux local = await StartWithSecretAsync();
        using MeasurementBatch batch = new SomeBatch().Rows(3).Build();

        Assert.That((await local.WriteAsync(batch)).Written, Is.EqualTo(3));
        Assert.That(_aws.Requests.Count(GetSecret), Is.EqualTo(1), "the secret is read once a process");
    }

    [Test]
    public async Task A_wrong_token_is_refused_and_the_secret_is_not_read_again_at_once()
    {
        _aws.Secrets[Arn] = "old-token";
        await using LocalInflux local = await StartWithSecretAsync();

        Assert.That(() => local.OpenAsync(), Throws.InstanceOf<DestinationAccessDeniedException>().With.Message.Contains("refuses the token"));
        Assert.That(() => local.OpenAsync(), Throws.InstanceOf<DestinationAccessDeniedException>());
        Assert.That(_aws.Requests.Count(GetSecret), Is.EqualTo(1));
    }

    [Test]
    public async Task A_token_that_is_rotated_while_a_process_runs_ends_no_load()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(SomeBatch.Noon));
        _aws.Secrets[Arn] = "first-token";
        await using LocalInfluxServer first = await LocalInfluxServer.StartAsync(new LocalInfluxOptions { Token = null });
        using InfluxDbSink sink = LocalInflux.Connect(first, configure: UseSecret, time: time, secrets: _aws.Endpoint).Sink;
        using MeasurementBatch batch = new SomeBatch().Rows(3).Build();
        await using IRecordWriter writer = await sink.OpenAsync(new RecordSource(DatasetType.Generation, "0123456789"), CancellationToken.None);
        _aws.Secrets[Arn] = "second-token";
        time.Advance(TimeSpan.FromMinutes(1));
        first.Faults.On("influx:Write").Calls(1).Status(401);

        WriteOutcome outcome = await writer.WriteAsync(batch, CancellationToken.None);

        Assert.That((outcome.Written, outcome.Failure), Is.EqualTo((3, (LoadException?)null)));
        Assert.That(_aws.Requests.Count(GetSecret), Is.EqualTo(2));
    }

    [TestCase("""{"username":"admin","password":"secret-password"}""")]
    [TestCase("""{"token":""}""")]
    [TestCase("""{"token":7}""")]
    [TestCase("""{"token":"two words"}""")]
    [TestCase("{broken")]
    [TestCase("")]
    public async Task A_secret_without_a_token_is_refused_without_telling_it(string secret)
    {
        _aws.Secrets[Arn] = secret;
        await using LocalInflux local = await StartWithSecretAsync();

        ConfigurationException failure = Assert.ThrowsAsync<ConfigurationException>(() => local.OpenAsync())!;

        Assert.That(failure.Message, Does.Contain("holds no token").And.Contain(Arn));
        Assert.That(failure.ToString(), Does.Not.Contain("secret-password").And.Not.Contain("two words").And.Not.Contain("broken"));
    }

    [Test]
    public async Task A_missing_secret_is_named()
    {
        await using LocalInflux local = await StartWithSecretAsync();

        Assert.That(() => local.OpenAsync(), Throws.InstanceOf<ConfigurationException>().With.Message.Contains(Arn).And.Message.Contains("can't find"));
    }

    [Test]
    public async Task A_secret_that_may_not_be_read_names_the_right()
    {
        _aws.Secrets[Arn] = "local-influx-token";
        _aws.Faults.On(GetSecret).Always().AccessDenied();
        await using LocalInflux local = await StartWithSecretAsync();

        Assert.That(
            () => local.OpenAsync(),
            Throws.InstanceOf<DestinationAccessDeniedException>().With.Message.Contains("secretsmanager:GetSecretValue"));
    }

    [Test]
    public async Task An_error_of_Secrets_Manager_is_retried_and_then_transient([Values(2, 99)] int errors)
    {
        _aws.Secrets[Arn] = "local-influx-token";
        _aws.Faults.On(GetSecret).When(call => call <= errors).InternalError();
        await using LocalInflux local = await StartWithSecretAsync();

        Assert.That(() => local.OpenAsync(), errors == 2 ? Throws.Nothing : Throws.InstanceOf<UnavailableException>());
    }

    /// <summary>Every failure, every log line at every level and every row's detail, with servers that repeat what they were sent.</summary>
    [Test]
    public async Task The_token_is_in_no_message_and_no_log([Values] InfluxEngine engine)
    {
        const string Token = "local-influx-token";
        var logger = new LineLogger();
        await using LocalInflux local = await LocalInflux.StartAsync(engine, configure: NoPatience, logger: logger);
        using MeasurementBatch batch = new SomeBatch().Rows(3).Build();
        await using (await local.OpenAsync())
        {
            // The table is known from now on, so that the faults below reach the writes.
        }

        var texts = new List<string>();
        foreach (int status in new[] { 301, 400, 401, 403, 404, 405, 413, 422, 429, 500, 503 })
        {
            local.Server.Faults.Clear();
            local.Server.Faults.On("influx:*").Always().Answer(
                status,
                $$"""
                {"code":"x","message":"Authorization: Token {{Token}} partial write: {{Token}} dropped=99","error":"Authorization: Token {{Token}}",
                "data":[{"error_message":"{{Token}}","line_number":1}]}
                """);
            await using IRecordWriter each = await local.Sink.OpenAsync(new RecordSource(DatasetType.Generation, "0123456789"), CancellationToken.None);
            WriteOutcome outcome = await each.WriteAsync(batch, CancellationToken.None);
            texts.Add($"{outcome.Failure} {string.Join(' ', outcome.Rejected)}");
            using InfluxDbSink fresh = LocalInflux.Connect(local.Server, configure: NoPatience, logger: logger).Sink;
            texts.Add(Assert.CatchAsync(() => fresh.InspectAsync(DatasetType.Generation, CancellationToken.None))!.ToString());
        }

        Assert.That(string.Concat(texts.Concat(logger.All)), Does.Not.Contain(Token).And.Contain("(token)"));
        Assert.That(string.Concat(texts), Does.Not.Contain("Connection refused"), "the server answered");
        Assert.That(logger.All, Is.Not.Empty);
    }

    private static void NoPatience(Loader.Infrastructure.InfluxDb.Settings.InfluxDbOptions options) =>
        (options.MaxRetries, options.ThrottleBudget) = (1, TimeSpan.Zero);

    private Task<LocalInflux> StartWithSecretAsync() => LocalInflux.StartAsync(InfluxEngine.Version3, configure: UseSecret, secrets: _aws.Endpoint);

    private static void UseSecret(Loader.Infrastructure.InfluxDb.Settings.InfluxDbOptions options) => (options.Token, options.TokenSecretArn) = ("", Arn);
}
