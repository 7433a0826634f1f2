using Loader.Application.Results;
using Loader.Cli.Settings;
using Microsoft.Extensions.Configuration;

namespace Loader.Tests.Settings;

[Parallelizable(ParallelScope.All)]
public sealed class LayeredSettingsTests
{
    private static readonly SettingsFile File = new("settings.json")
    {
        Variables = new Dictionary<string, string> { ["MAX_RETRIES"] = "5", ["INFLUXDB_URL"] = "https://file" },
        TokenVariable = "INFLUXDB_TOKEN_P",
    };

    [Test]
    public void The_environment_counts_before_the_file()
    {
        LayeredSettings settings = Settings(("MAX_RETRIES", "7"), ("INFLUXDB_TOKEN_P", "p"));

        Assert.That(settings.Configuration["MAX_RETRIES"], Is.EqualTo("7"));
        Assert.That(settings.OriginOf("MAX_RETRIES"), Is.EqualTo(SettingOrigin.Environment));
    }

    [Test]
    public void An_empty_variable_counts_as_not_set()
    {
        LayeredSettings settings = Settings(("MAX_RETRIES", ""), ("INFLUXDB_TOKEN_P", "p"));

        Assert.That(settings.Configuration["MAX_RETRIES"], Is.EqualTo("5"));
        Assert.That(settings.OriginOf("MAX_RETRIES"), Is.EqualTo(SettingOrigin.File));
    }

    [Test]
    public void What_neither_says_has_its_default() =>
        Assert.That(Settings(("INFLUXDB_TOKEN_P", "p")).OriginOf("MAX_CONCURRENCY"), Is.EqualTo(SettingOrigin.Default));

    [Test]
    public void A_token_of_the_environment_is_never_sent_to_the_address_of_a_file()
    {
        LayeredSettings settings = Settings(
            ("INFLUXDB_TOKEN", "mine"), ("INFLUXDB_TOKEN_SECRET_ARN", "arn:mine"), ("INFLUXDB_TOKEN_P", "for the file"));

        Assert.That(settings.Configuration["INFLUXDB_URL"], Is.EqualTo("https://file"));
        Assert.That(settings.Configuration["INFLUXDB_TOKEN"], Is.EqualTo("for the file"));
        Assert.That(settings.Configuration["INFLUXDB_TOKEN_SECRET_ARN"], Is.Empty);
        Assert.That(settings.OriginOf("INFLUXDB_TOKEN"), Is.EqualTo(SettingOrigin.File));
    }

    [Test]
    public void The_token_of_a_file_is_never_sent_to_the_address_of_the_environment()
    {
        LayeredSettings settings = Settings(("INFLUXDB_URL", "https://mine"), ("INFLUXDB_TOKEN", "mine"), ("INFLUXDB_TOKEN_P", "for the file"));

        Assert.That(settings.Configuration["INFLUXDB_URL"], Is.EqualTo("https://mine"));
        Assert.That(settings.Configuration["INFLUXDB_TOKEN"], Is.EqualTo("mine"));
        Assert.That(settings.OriginOf("INFLUXDB_TOKEN"), Is.EqualTo(SettingOrigin.Environment));
    }

    [Test]
    public void A_secret_that_the_file_names_counts_instead_of_a_token_of_the_environment()
    {
        var file = new SettingsFile("settings.json")
        {
            Variables = new Dictionary<string, string> { ["INFLUXDB_URL"] = "https://file", ["INFLUXDB_TOKEN_SECRET_ARN"] = "arn:file" },
        };

        var settings = new LayeredSettings(Environment(("INFLUXDB_TOKEN", "mine")), file);

        Assert.That((settings.Configuration["INFLUXDB_TOKEN"], settings.Configuration["INFLUXDB_TOKEN_SECRET_ARN"]), Is.EqualTo(("", "arn:file")));
        Assert.That(settings.OriginOf("INFLUXDB_TOKEN"), Is.EqualTo(SettingOrigin.Default));
    }

    [Test]
    public void A_variable_for_the_token_that_is_not_set_is_named() => Assert.That(
        () => Settings(("INFLUXDB_TOKEN", "mine")),
        Throws.TypeOf<ConfigurationException>().With.Message.StartsWith("INFLUXDB_TOKEN_P is not set. The settings file settings.json says"));

    private static LayeredSettings Settings(params (string Name, string Value)[] environment) => new(Environment(environment), File);

    private static IConfiguration Environment(params (string Name, string Value)[] environment) => new ConfigurationBuilder()
        .AddInMemoryCollection(environment.Select(pair => KeyValuePair.Create(pair.Name, (string?)pair.Value)))
        .Build();
}
