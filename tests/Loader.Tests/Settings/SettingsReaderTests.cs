using Loader.Application.Results;
using Loader.Cli.Settings;
using Loader.Tests.Support;

namespace Loader.Tests.Settings;

[Parallelizable(ParallelScope.Self)]
public sealed class SettingsReaderTests
{
    private static readonly KnownOption[] Options =
    [
        new("sink", IsFlag: false, IsRepeatable: false), new("json", IsFlag: true, IsRepeatable: false), new("include", IsFlag: false, IsRepeatable: true),
    ];

    private TemporaryFolder _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = new TemporaryFolder();

    [TearDown]
    public void DeleteFolder() => _folder.Dispose();

    [Test]
    public void Variables_and_options_are_read_as_texts()
    {
        SettingsFile file = Read(
            """{ "$schema": "x", "MAX_RETRIES": 5, "INFLUXDB_GZIP": false, "options": { "sink": "influxdb", "json": true, "include": ["a", "b"] } }""");

        Assert.That(file.Variables, Is.EquivalentTo(new Dictionary<string, string> { ["MAX_RETRIES"] = "5", ["INFLUXDB_GZIP"] = "false" }));
        Assert.That(
            file.Options.Select(option => $"{option.Key}:{string.Join(',', option.Value)}"), Is.EquivalentTo(new[] { "sink:influxdb", "json:", "include:a,b" }));
    }

    [Test]
    public void A_flag_that_is_false_is_not_set() => Assert.That(Read("""{"options":{"json":false}}""").Options, Is.Empty);

    [Test]
    public void A_single_text_is_enough_for_an_option_that_can_be_repeated() =>
        Assert.That(Read("""{"options":{"include":"a"}}""").Options["include"], Is.EqualTo(new[] { "a" }));

    [Test]
    public void A_byte_order_mark_comments_and_trailing_commas_are_accepted() =>
        Assert.That(Read("\uFEFF{ // retries\n \"MAX_RETRIES\": \"5\", }").Variables, Has.Count.EqualTo(1));

    [Test]
    public void All_faults_are_reported_at_once() => Assert.That(
        Fault("""{"MAX_RETRYS":1,"FILES_IN_FLIGHT":[],"options":{"sinc":"duckdb","json":"yes"}}"""),
        Does.Contain("MAX_RETRYS: unknown; nearest: 'MAX_RETRIES'")
            .And.Contains("FILES_IN_FLIGHT: expected a text, a number, true or false, found a list")
            .And.Contains("options.sinc: unknown; nearest: 'sink'")
            .And.Contains("options.json: expected true or false"));

    [TestCase("INFLUXDB_TOKEN", "holds no secrets; name the variable that holds the token as INFLUXDB_TOKEN_VARIABLE")]
    [TestCase("AWS_SECRET_ACCESS_KEY", "holds no credentials")]
    [TestCase("AWS_SESSION_TOKEN", "holds no credentials")]
    [TestCase("AWS_ENDPOINT_URL", "sets no AWS endpoints")]
    [TestCase("AWS_ENDPOINT_URL_TIMESTREAM_WRITE", "sets no AWS endpoints")]
    [TestCase("SINK", "set 'options.sink'")]
    [TestCase("influxdb_url", "nearest: 'INFLUXDB_URL'")]
    [TestCase("json", "it is an option, so it belongs in the object 'options'")]
    [TestCase("zzz", "members are the names of the loader's environment variables")]
    public void A_member_that_a_file_may_not_have_is_refused_by_name(string name, string why) =>
        Assert.That(Fault($$"""{"{{name}}":"value-of-it"}"""), Does.Contain($"{name}: ").And.Contains(why).And.Not.Contains("value-of-it"));

    [Test]
    public void An_address_without_the_place_of_its_token_is_refused() => Assert.That(
        Fault("""{"INFLUXDB_URL":"https://evil.example"}"""), Does.Contain("INFLUXDB_URL: a file that sets an address must also say where the token"));

    [TestCase("""{"INFLUXDB_URL":"https://h","INFLUXDB_TOKEN_SECRET_ARN":"arn:aws:x"}""")]
    [TestCase("""{"INFLUXDB_URL":"https://h","INFLUXDB_TOKEN_VARIABLE":"INFLUXDB_TOKEN_PRODUCTION"}""")]
    public void An_address_with_the_place_of_its_token_is_accepted(string json) => Assert.That(Read(json).Variables, Contains.Key("INFLUXDB_URL"));

    [TestCase("INFLUXDB_TOKEN")]
    [TestCase("INFLUXDB_TOKEN_")]
    [TestCase("INFLUXDB_TOKEN_SECRET_ARN")]
    [TestCase("INFLUXDB_TOKEN_VARIABLE")]
    [TestCase("INFLUXDB_TOKEN_secret_arn")]
    [TestCase("influxdb_token")]
    [TestCase("AWS_SECRET_ACCESS_KEY")]
    [TestCase("GITHUB_TOKEN")]
    public void A_file_cannot_name_the_variable_of_another_secret(string variable) => Assert.That(
        Fault($$"""{"INFLUXDB_URL":"https://evil.example","INFLUXDB_TOKEN_VARIABLE":"{{variable}}"}"""), Does.Contain($"'{variable}' cannot be used"));

    [TestCase("""{"INFLUXDB_TOKEN_VARIABLE":"INFLUXDB_TOKEN_P"}""", "INFLUXDB_TOKEN_VARIABLE: it counts only beside INFLUXDB_URL")]
    [TestCase("""{"INFLUXDB_TOKEN_SECRET_ARN":"arn:aws:x"}""", "INFLUXDB_TOKEN_SECRET_ARN: it counts only beside INFLUXDB_URL")]
    [TestCase(
        """{"INFLUXDB_URL":"https://h","INFLUXDB_TOKEN_SECRET_ARN":"arn:aws:x","INFLUXDB_TOKEN_VARIABLE":"INFLUXDB_TOKEN_P"}""", "can be set, not both")]
    [TestCase("""{"MAX_RETRIES":1,"MAX_RETRIES":2}""", "has a member twice")]
    [TestCase("""{"MAX_RETRIES":""}""", "MAX_RETRIES: empty")]
    [TestCase("""[]""", "expected an object, found a list")]
    [TestCase("""{"options":1}""", "options: expected an object, found the number 1")]
    [TestCase("""{"options":{"sink":["a"]}}""", "options.sink: expected a text")]
    [TestCase("""{"options":{"include":[1,{}]}}""", "options.include[1]: expected a text")]
    [TestCase("not JSON", "not valid JSON, or has a member twice: line 1, byte 2")]
    public void A_wrong_file_is_refused(string json, string message) => Assert.That(Fault(json), Does.Contain(message));

    [Test]
    public void A_file_that_does_not_exist_is_named() => Assert.That(
        () => SettingsReader.Read(Path.Combine(_folder.Path, "missing.json"), Options),
        Throws.TypeOf<ConfigurationException>().With.Message.Contains("missing.json does not exist"));

    [Test]
    public void A_folder_cannot_be_read() => Assert.That(
        () => SettingsReader.Read(_folder.Path, Options), Throws.TypeOf<ConfigurationException>().With.Message.Contains("cannot be read"));

    [Test]
    public void A_file_that_does_not_end_is_refused()
    {
        string path = Path.Combine(_folder.Path, "large.json");
        File.WriteAllText(path, new string(' ', 1024 * 1024 + 1));

        Assert.That(() => SettingsReader.Read(path, Options), Throws.TypeOf<ConfigurationException>().With.Message.Contains("larger than 1024 KiB"));
    }

    private string Fault(string json) => Assert.Throws<ConfigurationException>(() => Read(json))!.Message;

    private SettingsFile Read(string json)
    {
        string path = Path.Combine(_folder.Path, "settings.json");
        File.WriteAllText(path, json);
        return SettingsReader.Read(path, Options);
    }
}
