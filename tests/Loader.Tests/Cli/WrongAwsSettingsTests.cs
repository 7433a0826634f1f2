using Loader.Tests.Support;

namespace Loader.Tests.Cli;

/// <summary>AWS settings that cannot work end with exit code 2 and the name of the setting.</summary>
public sealed class WrongAwsSettingsTests
{
    private static readonly Dictionary<string, string> Good = new(StringComparer.Ordinal)
    {
        ["AWS_REGION"] = "eu-west-1",
        ["AWS_ACCESS_KEY_ID"] = "AKIALOCALAWS",
        ["AWS_SECRET_ACCESS_KEY"] = "local-secret",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    [TestCase("AWS_PROFILE", "nope", "'nope'")]
    [TestCase("AWS_REGION", "", "Set AWS_REGION")]
    [TestCase("AWS_REGION", "EU_WEST", "Set AWS_REGION")]
    [TestCase("AWS_ENDPOINT_URL", "garbage", "AWS_ENDPOINT_URL")]
    [TestCase("AWS_ENDPOINT_URL_S3", "http://user:secret@host", "AWS_ENDPOINT_URL_S3")]
    [TestCase("AWS_ACCESS_KEY_ID", "", "Set AWS_ACCESS_KEY_ID")]
    public async Task The_setting_is_named(string variable, string value, string message)
    {
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string>(Good, StringComparer.Ordinal) { [variable] = value };
        using var loader = LoaderProcess.Start(folder.Path, environment, "load", "--sink", "none", "s3://lake/dataset=generation/a.parquet", "s3://lake/dataset=generation/");

        (int exitCode, string output, string errors) = await loader.EndAsync().WaitAsync(TimeSpan.FromMinutes(1));

        string text = (output + errors).ReplaceLineEndings(" ");
        Assert.That(exitCode, Is.EqualTo(2), text);
        Assert.That(text, Does.Contain(message).And.Not.Contain("local-secret").And.Not.Contain("user:secret"));
    }
}
