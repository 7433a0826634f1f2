using System.Text.Json;
using Loader.Application;
using Loader.Domain;
using Loader.Lambda.Events;
using Loader.Tests.Support;

namespace Loader.Tests.Lambda;

/// <summary>Events of a folder next to the checkout, if it is there.</summary>
public sealed class FieldEventTests
{
    private const string Part = "lake/dataset=generation/year=2024/part-00000.snappy.parquet";

    [TestCase("s3-plain.json", Part, null)]
    [TestCase("version-null.json", Part, null)]
    [TestCase("sns-direct.json", Part, null)]
    [TestCase("cloudtrail-put.json", Part, null)]
    [TestCase("s3-noext.json", "athena/dataset=generation/000000_0", SkipReason.NotParquet)]
    [TestCase("staging.json", "lake/dataset=generation/.spark-staging-77/year=2024/part-00001.snappy.parquet", SkipReason.Hidden)]
    [TestCase("temporary.json", "lake/dataset=generation/_temporary/0/_temporary/attempt_1/year=2024/part-00000.snappy.parquet", SkipReason.Hidden)]
    public void An_event_names_its_object_and_the_rule_says_what_becomes_of_it(string file, string key, SkipReason? reason)
    {
        LoadRequest request = S3Event.Read(Read(file)).Single();

        Assert.That(request.File, Is.EqualTo(SourceFile.InS3("data", key)));
        Assert.That(request.IsListed, Is.True);
        Assert.That(DataFileRule.Judge(key, "lake/"), Is.EqualTo(reason));
    }

    [Test]
    public void An_input_names_its_object_which_is_loaded_whatever_its_name()
    {
        StepFunctionsInput input = StepFunctionsInput.Read(Read("sfn-noext.json"));

        Assert.That(input.Request, Is.EqualTo(new LoadRequest(SourceFile.InS3("data", "athena/dataset=generation/000000_0"))));
    }

    private static JsonElement Read(string file)
    {
        string path = Path.Combine(FieldFolder.PathOrIgnore("events"), file);
        using JsonDocument document = EventJson.Parse(File.ReadAllBytes(path));
        return document.RootElement.Clone();
    }
}
