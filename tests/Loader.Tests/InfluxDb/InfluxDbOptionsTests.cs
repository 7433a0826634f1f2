using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.InfluxDb.Settings;
using Microsoft.Extensions.Configuration;

namespace Loader.Tests.InfluxDb;

public sealed class InfluxDbOptionsTests
{
    private static readonly Dictionary<string, string?> Valid = new(StringComparer.Ordinal)
    {
        ["INFLUXDB_URL"] = "https://influx.example:8086",
        ["INFLUXDB_DATABASE"] = "energy",
        ["INFLUXDB_TOKEN"] = "token",
    };

    [Test]
    public void Three_settings_are_enough()
    {
        Assert.That(FaultsOf(), Is.Empty);
    }

    [TestCase("INFLUXDB_URL", "", "INFLUXDB_URL is not set")]
    [TestCase("INFLUXDB_URL", "influx", "INFLUXDB_URL is not an address")]
    [TestCase("INFLUXDB_URL", "ftp://influx", "INFLUXDB_URL is not an address")]
    [TestCase("INFLUXDB_URL", "http://influx.example:8086", "must begin with https://")]
    [TestCase("INFLUXDB_URL", "http://127.0.0.1.example:8086", "must begin with https://")]
    [TestCase("INFLUXDB_URL", "http://10.0.0.1:8086", "must begin with https://")]
    [TestCase("INFLUXDB_URL", "https://user:pass@influx.example", "scheme, host and port only")]
    [TestCase("INFLUXDB_URL", "https://influx.example/path", "scheme, host and port only")]
    [TestCase("INFLUXDB_URL", "https://influx.example/?token=x", "scheme, host and port only")]
    [TestCase("INFLUXDB_ENGINE", "4", "INFLUXDB_ENGINE is '4'; allowed are auto, 2 and 3.")]
    [TestCase("INFLUXDB_ENGINE", "2", "INFLUXDB_ORG and INFLUXDB_BUCKET must be set for engine 2")]
    [TestCase("INFLUXDB_DATABASE", "", "INFLUXDB_DATABASE (engine 3) or INFLUXDB_ORG and INFLUXDB_BUCKET (engine 2) must be set")]
    [TestCase("INFLUXDB_DATABASE", "_internal", "INFLUXDB_DATABASE is '_internal'")]
    [TestCase("INFLUXDB_DATABASE", "a'b", "INFLUXDB_DATABASE is 'a'b'")]
    [TestCase("INFLUXDB_TOKEN", "", "INFLUXDB_TOKEN or INFLUXDB_TOKEN_SECRET_ARN must be set")]
    [TestCase("INFLUXDB_TOKEN", "a b", "INFLUXDB_TOKEN contains a blank")]
    [TestCase("INFLUXDB_TOKEN_SECRET_ARN", "arn:aws:secretsmanager:eu-west-1:1:secret:x", "are both set")]
    [TestCase("INFLUXDB_LAYOUT", "newest", "INFLUXDB_LAYOUT is 'newest'; allowed are versions, overwrite and plain.")]
    [TestCase("INFLUXDB_BATCH_LINES", "0", "INFLUXDB_BATCH_LINES is 0")]
    [TestCase("INFLUXDB_BATCH_LINES", "50001", "INFLUXDB_BATCH_LINES is 50001")]
    [TestCase("INFLUXDB_BATCH_LINES", "many", "INFLUXDB_BATCH_LINES is 'many'")]
    [TestCase("INFLUXDB_GZIP", "yes", "INFLUXDB_GZIP is 'yes'; allowed are true and false.")]
    [TestCase("GENERATION_TABLE_NAME", "#generation", "GENERATION_TABLE_NAME is '#generation'")]
    [TestCase("GENERATION_TABLE_NAME", "a\\b", "GENERATION_TABLE_NAME is 'a\\b'")]
    [TestCase("GENERATION_TABLE_NAME", "a b", "GENERATION_TABLE_NAME is 'a b'")]
    [TestCase("GENERATION_TABLE_NAME", "consumption", "must differ")]
    [TestCase("MAX_RETRIES", "101", "MAX_RETRIES is 101")]
    [TestCase("MAX_CONCURRENCY", "0", "MAX_CONCURRENCY is 0")]
    [TestCase("SINK", "kafka", "SINK is 'kafka'; allowed are timestream and influxdb.")]
    public void Every_fault_names_its_variable(string variable, string value, string fault)
    {
        Assert.That(FaultsOf((variable, value)), Has.Count.EqualTo(1).And.Some.Contains(fault));
    }

    [Test]
    public void Overwrite_needs_engine_2()
    {
        Assert.That(FaultsOf(("INFLUXDB_ENGINE", "3"), ("INFLUXDB_LAYOUT", "overwrite")), Has.Count.EqualTo(1).And.Some.Contains("needs engine 2"));
    }

    [TestCase("http://localhost:8086")]
    [TestCase("http://127.0.0.1:8086")]
    [TestCase("http://127.0.0.2")]
    [TestCase("http://[::1]:8181")]
    [TestCase("https://influx.example")]
    public void Http_is_for_loopback_only(string url)
    {
        Assert.That(FaultsOf(("INFLUXDB_URL", url)), Is.Empty);
    }

    [Test]
    public void No_fault_tells_a_token_or_the_password_in_an_address()
    {
        IReadOnlyList<string> faults = FaultsOf(
            ("INFLUXDB_URL", "https://user:hush@influx.example"), ("INFLUXDB_TOKEN", "hush hush"), ("INFLUXDB_TOKEN_SECRET_ARN", "x"));

        Assert.That(faults, Has.Count.EqualTo(3));
        Assert.That(string.Concat(faults), Does.Not.Contain("hush"));
    }

    [Test]
    public void Table_names_default_to_the_datasets()
    {
        LoaderOptions options = Read();

        Assert.That(
            (options.InfluxDb.GenerationTableName, options.InfluxDb.ConsumptionTableName, options.InfluxDb.TransmissionTableName),
            Is.EqualTo(("generation", "consumption", "transmission")));
    }

    [Test]
    public void Every_variable_sets_its_option()
    {
        InfluxDbOptions options = Read(
            ("INFLUXDB_ENGINE", "2"), ("INFLUXDB_ORG", "o"), ("INFLUXDB_BUCKET", "b"), ("INFLUXDB_LAYOUT", "Overwrite"), ("INFLUXDB_BATCH_LINES", "7"),
            ("INFLUXDB_GZIP", "FALSE"), ("GENERATION_TABLE_NAME", "g"), ("MAX_RETRIES", "5"), ("MAX_CONCURRENCY", "9"), ("INFLUXDB_TOKEN_SECRET_ARN", "arn")).InfluxDb;

        Assert.That(
            (options.Url, options.Engine, options.Database, options.Org, options.Bucket, options.Token, options.TokenSecretArn),
            Is.EqualTo(("https://influx.example:8086", InfluxDbEngine.Version2, "energy", "o", "b", "token", "arn")));
        Assert.That(
            (options.Layout, options.BatchLines, options.Gzip, options.GenerationTableName, options.MaxRetries, options.MaxConcurrency),
            Is.EqualTo((InfluxDbLayout.Overwrite, (int?)7, false, "g", 5, 9)));
    }

    private static LoaderOptions Read(params (string Name, string Value)[] changes)
    {
        Dictionary<string, string?> settings = new(Valid, StringComparer.Ordinal);
        foreach ((string name, string value) in changes)
        {
            settings[name] = value;
        }

        var options = new LoaderOptions();
        new LoaderOptionsSetup(new ConfigurationBuilder().AddInMemoryCollection(settings).Build()).Configure(options);
        return options;
    }

    private static List<string> FaultsOf(params (string Name, string Value)[] changes)
    {
        LoaderOptions options = Read(changes);
        return [.. options.ParseErrors, .. options.InfluxDb.FindFaults()];
    }
}
