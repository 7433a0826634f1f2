using Loader.Application.Results;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Parquet;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Loader.Tests.Configuration;

public sealed class SettingsTests
{
    private static readonly Dictionary<string, string?> Required = new(StringComparer.Ordinal)
    {
        ["TIMESTREAM_DATABASE_NAME"] = "energy",
        ["GENERATION_TABLE_NAME"] = "generation",
        ["CONSUMPTION_TABLE_NAME"] = "consumption",
        ["TRANSMISSION_TABLE_NAME"] = "transmission",
    };

    [Test]
    public void All_settings_but_the_required_ones_have_defaults()
    {
        LoaderOptions options = Read([]);

        Assert.Multiple(() =>
        {
            Assert.That(options.Timestream.MaxBatchSize, Is.EqualTo(100));
            Assert.That(options.Timestream.MaxRetries, Is.EqualTo(3));
            Assert.That(options.Load.MaxInvalidPercent, Is.EqualTo(10));
            Assert.That(options.Source.Prefix, Is.Empty);
            Assert.That(options.Source.TimeZone, Is.EqualTo("UTC"));
            Assert.That(options.Source.Int96Time, Is.Null);
            Assert.That(options.Metrics.Namespace, Is.EqualTo("ONS/Timestream"));
            Assert.That(options.RejectedRows.Location, Is.Null);
        });
    }

    [Test]
    public void Every_setting_is_read()
    {
        LoaderOptions options = Read(
        [
            ("MAX_BATCH_SIZE", "50"), ("MAX_RETRIES", "7"), ("MAX_CONCURRENCY", "9"), ("FILES_IN_FLIGHT", "5"), ("ROW_GROUPS_IN_FLIGHT", "3"), ("REJECTED_ROWS_LOCATION", "s3://b/rejected/"),
            ("MAX_INVALID_PERCENT", "0.5"), ("SOURCE_TIME_ZONE", "America/Sao_Paulo"), ("INT96_TIME", "Instant"), ("SOURCE_PREFIX", "lake/"), ("METRICS_NAMESPACE", "Energy"),
        ]);

        Assert.Multiple(() =>
        {
            Assert.That(options.Timestream.DatabaseName, Is.EqualTo("energy"));
            Assert.That(options.Timestream.TransmissionTableName, Is.EqualTo("transmission"));
            Assert.That(options.Timestream.MaxBatchSize, Is.EqualTo(50));
            Assert.That(options.Timestream.MaxRetries, Is.EqualTo(7));
            Assert.That(options.Timestream.MaxConcurrency, Is.EqualTo(9));
            Assert.That(options.Load.FilesInFlight, Is.EqualTo(5));
            Assert.That(options.Load.RowGroupsInFlight, Is.EqualTo(3));
            Assert.That(options.Load.MaxInvalidPercent, Is.EqualTo(0.5));
            Assert.That(options.RejectedRows.Location, Is.EqualTo("s3://b/rejected/"));
            Assert.That(options.Source.Prefix, Is.EqualTo("lake/"));
            Assert.That(options.Source.TimeZone, Is.EqualTo("America/Sao_Paulo"));
            Assert.That(options.Source.Int96Time, Is.EqualTo(Int96Time.Instant));
            Assert.That(options.Metrics.Namespace, Is.EqualTo("Energy"));
        });
    }

    [Test]
    public void The_default_batch_size_of_the_previous_loader_has_its_own_message()
    {
        Assert.That(ErrorOf(("MAX_BATCH_SIZE", "1000")), Does.Contain("MAX_BATCH_SIZE is 1000").And.Contain("at most 100 records").And.Contain("previous loader"));
    }

    [TestCase("MAX_BATCH_SIZE", "0", "from 1 to 100")]
    [TestCase("MAX_BATCH_SIZE", "ten", "'ten'")]
    [TestCase("MAX_BATCH_SIZE", "1e2", "'1e2'")]
    [TestCase("MAX_RETRIES", "-1", "from 0 to 100")]
    [TestCase("MAX_CONCURRENCY", "257", "from 1 to 256")]
    [TestCase("FILES_IN_FLIGHT", "65", "from 1 to 64")]
    [TestCase("FILES_IN_FLIGHT", "all", "'all'")]
    [TestCase("ROW_GROUPS_IN_FLIGHT", "0", "from 1 to 64")]
    [TestCase("MAX_INVALID_PERCENT", "101", "from 0 to 100")]
    [TestCase("MAX_INVALID_PERCENT", "NaN", "'NaN'")]
    [TestCase("SOURCE_PREFIX", "lake", "ends with a slash")]
    [TestCase("SOURCE_PREFIX", "/lake/", "does not begin with one")]
    [TestCase("SOURCE_PREFIX", "s3://bucket/lake/", "without bucket")]
    [TestCase("SOURCE_TIME_ZONE", "Brasilia", "is not a time zone of this system")]
    [TestCase("INT96_TIME", "utc", "instant and local")]
    [TestCase("INT96_TIME", "1", "instant and local")]
    [TestCase("REJECTED_ROWS_LOCATION", "s3://bucket", "a prefix is required")]
    [TestCase("METRICS_NAMESPACE", "AWS/Mine", "not starting with")]
    [TestCase("TIMESTREAM_DATABASE_NAME", "my db", "letters, digits")]
    public void A_wrong_value_is_reported_with_the_allowed_ones(string variable, string value, string expected)
    {
        Assert.That(ErrorOf((variable, value)), Does.Contain(variable).And.Contain(expected));
    }

    [Test]
    public void All_errors_are_in_one_message()
    {
        var failure = Assert.Throws<ConfigurationException>(() => Provide(new Dictionary<string, string?> { ["MAX_BATCH_SIZE"] = "1000", ["MAX_RETRIES"] = "x" }));

        Assert.That(
            failure!.Message,
            Does.Contain("TIMESTREAM_DATABASE_NAME is not set").And.Contain("GENERATION_TABLE_NAME is not set").And.Contain("CONSUMPTION_TABLE_NAME is not set")
                .And.Contain("TRANSMISSION_TABLE_NAME is not set").And.Contain("MAX_BATCH_SIZE is 1000").And.Contain("MAX_RETRIES is 'x'"));
    }

    [Test]
    public void An_empty_variable_counts_as_not_set()
    {
        Assert.That(Read([("MAX_BATCH_SIZE", "")]).Timestream.MaxBatchSize, Is.EqualTo(100));
        Assert.That(ErrorOf(("GENERATION_TABLE_NAME", "")), Does.Contain("GENERATION_TABLE_NAME is not set"));
    }

    [Test]
    public void A_value_with_control_characters_cannot_forge_a_line()
    {
        Assert.That(ErrorOf(("GENERATION_TABLE_NAME", "x\nINFO all is well")), Does.Not.Contain("\n"));
    }

    private static string ErrorOf((string Name, string Value) setting) => Assert.Throws<ConfigurationException>(() => Read([setting]))!.Message;

    private static LoaderOptions Read((string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string?>(Required, StringComparer.Ordinal);
        foreach ((string name, string value) in settings)
        {
            all[name] = value;
        }

        return Provide(all);
    }

    private static LoaderOptions Provide(Dictionary<string, string?> settings)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        using ServiceProvider provider = new ServiceCollection().AddLoader(configuration).Services.BuildServiceProvider();
        return provider.GetRequiredService<IOptions<LoaderOptions>>().Value;
    }
}
