using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Lambda.Events;

namespace Loader.Tests.Lambda;

public sealed class StepFunctionsInputTests
{
    [Test]
    public void Bucket_and_key_are_enough_and_the_key_is_taken_as_it_is()
    {
        StepFunctionsInput input = StepFunctionsInput.Read(Json.Of("""{"bucket":"data","key":"dataset=generation/a+b%20c.parquet"}"""));

        Assert.That(input.Request, Is.EqualTo(new LoadRequest(SourceFile.InS3("data", "dataset=generation/a+b%20c.parquet"))));
        Assert.That(input.IsResumable, Is.False);
    }

    [Test]
    public void Everything_that_can_be_asked_for_is_passed_on()
    {
        StepFunctionsInput input = StepFunctionsInput.Read(Json.Of("""
            {"bucket":"data","key":"a.parquet","version_id":"v1","dataset":"Consumption","version":7,"resumable":true,"listed":true,"event":{"etag":"\"e\"","version-id":"v2"},
             "resume":{"row_group":3,"etag":"abc","version_id":"v1","version":9}}
            """));

        Assert.That(input.Request, Is.EqualTo(new LoadRequest(SourceFile.InS3("data", "a.parquet", "v1"))
        {
            Dataset = DatasetType.Consumption,
            Version = new ObjectVersion(7),
            Resume = new ResumeToken(3, "abc", "v1", new ObjectVersion(9)),
            IsListed = true,
            EventETag = "e",
        }));
        Assert.That(input.IsResumable, Is.True);
    }

    [Test]
    public void Null_counts_as_absent_and_fields_that_are_not_known_are_ignored()
    {
        StepFunctionsInput input = StepFunctionsInput.Read(Json.Of("""
            {"bucket":"data","key":"a.parquet","version_id":null,"dataset":null,"version":null,"resumable":null,"resume":null,"listed":null,"event":null,"attempt":{"n":1}}
            """));

        Assert.That(input.Request, Is.EqualTo(new LoadRequest(SourceFile.InS3("data", "a.parquet"))));
    }

    [TestCase("7", 7L)]
    [TestCase("\"7\"", 7L)]
    [TestCase("\"1970-01-01T00:00:01Z\"", 1000L)]
    [TestCase("4398046511103", 4_398_046_511_103L)]
    public void A_version_is_a_number_a_text_or_an_instant(string version, long value)
    {
        StepFunctionsInput input = StepFunctionsInput.Read(Json.Of($$"""{"bucket":"data","key":"k","version":{{version}}}"""));

        Assert.That(input.Request.Version!.Value.Value, Is.EqualTo(value));
    }

    [TestCase("[]", "must be an object")]
    [TestCase("{}", "'bucket'")]
    [TestCase("""{"bucket":"data"}""", "'key'")]
    [TestCase("""{"bucket":"","key":"k"}""", "'bucket'")]
    [TestCase("""{"bucket":7,"key":"k"}""", "'bucket'")]
    [TestCase("""{"bucket":"data","key":["k"]}""", "'key'")]
    [TestCase("""{"bucket":"data","key":"k","version_id":7}""", "'version_id'")]
    [TestCase("""{"bucket":"data","key":"k","version_id":""}""", "'version_id'")]
    [TestCase("""{"bucket":"data","key":"k","dataset":7}""", "'dataset'")]
    [TestCase("""{"bucket":"data","key":"k","version":0}""", "'version'")]
    [TestCase("""{"bucket":"data","key":"k","version":1.5}""", "'version'")]
    [TestCase("""{"bucket":"data","key":"k","version":4398046511104}""", "'version'")]
    [TestCase("""{"bucket":"data","key":"k","version":"secret"}""", "'version'")]
    [TestCase("""{"bucket":"data","key":"k","version":true}""", "'version'")]
    [TestCase("""{"bucket":"data","key":"k","resumable":"true"}""", "'resumable'")]
    [TestCase("""{"bucket":"data","key":"k","listed":"true"}""", "'listed'")]
    [TestCase("""{"bucket":"data","key":"k","listed":1}""", "'listed'")]
    [TestCase("""{"bucket":"data","key":"k","event":"secret"}""", "'event'")]
    [TestCase("""{"bucket":"Secret","key":"k"}""", "'bucket' is a name that S3 cannot have")]
    [TestCase("""{"bucket":"data","key":"k","resume":true}""", "'resume'")]
    [TestCase("""{"bucket":"data","key":"k","resume":{}}""", "'resume.row_group'")]
    [TestCase("""{"bucket":"data","key":"k","resume":{"row_group":-1,"etag":"e","version":1}}""", "'resume.row_group'")]
    [TestCase("""{"bucket":"data","key":"k","resume":{"row_group":2097153,"etag":"e","version":1}}""", "'resume.row_group'")]
    [TestCase("""{"bucket":"data","key":"k","resume":{"row_group":"1","etag":"e","version":1}}""", "'resume.row_group'")]
    [TestCase("""{"bucket":"data","key":"k","resume":{"row_group":1,"version":1}}""", "'resume.etag'")]
    [TestCase("""{"bucket":"data","key":"k","resume":{"row_group":1,"etag":"e"}}""", "'resume.version'")]
    [TestCase("""{"bucket":"data","key":"k","resume":{"row_group":1,"etag":"e","version":1,"version_id":{}}}""", "'version_id'")]
    public void A_wrong_field_is_named_and_its_value_is_not_shown(string text, string fault)
    {
        InvalidEventException exception = Assert.Throws<InvalidEventException>(() => StepFunctionsInput.Read(Json.Of(text)))!;

        Assert.That(exception.Message, Does.Contain(fault).And.Contains("Expected ").And.Not.Contains("secret"));
    }

    [TestCase("""{"bucket":"data","key":"k"}""", false)]
    [TestCase("""{"bucket":"data","key":"k","listed":false}""", false)]
    [TestCase("""{"bucket":"data","key":"k","listed":true}""", true)]
    public void Only_what_a_machine_passes_on_is_listed(string text, bool isListed)
    {
        Assert.That(StepFunctionsInput.Read(Json.Of(text)).Request.IsListed, Is.EqualTo(isListed));
    }

    [Test]
    public void What_an_event_says_of_its_object_may_be_passed_on_unchanged()
    {
        const string Text = """{"bucket":"data","key":"k","event":{"key":"k","size":5,"etag":"abc","version-id":"v1","sequencer":"00"}}""";

        Assert.That(
            StepFunctionsInput.Read(Json.Of(Text)).Request,
            Is.EqualTo(new LoadRequest(SourceFile.InS3("data", "k", "v1")) { EventETag = "abc" }));
    }

    [TestCase("""{}""")]
    [TestCase("""{"etag":7,"version-id":7}""")]
    [TestCase("""{"etag":"","version-id":""}""")]
    public void What_an_event_does_not_say_is_absent(string found)
    {
        string text = $$"""{"bucket":"data","key":"k","event":{{found}}}""";

        Assert.That(StepFunctionsInput.Read(Json.Of(text)).Request, Is.EqualTo(new LoadRequest(SourceFile.InS3("data", "k"))));
    }

    [TestCase(true, null, Description = "An event says null of an object that was stored without versions.")]
    [TestCase(false, "null", Description = "A person who names the version null means it.")]
    public void The_version_null_of_an_event_is_none(bool isListed, string? versionId)
    {
        string text = $$"""{"bucket":"data","key":"k","version_id":"null","listed":{{(isListed ? "true" : "false")}}}""";

        Assert.That(StepFunctionsInput.Read(Json.Of(text)).Request.File.VersionId, Is.EqualTo(versionId));
    }

    [Test]
    public void A_dataset_that_there_is_not_has_its_own_failure()
    {
        Assert.That(
            () => StepFunctionsInput.Read(Json.Of("""{"bucket":"data","key":"k","dataset":"weather"}""")),
            Throws.TypeOf<UnknownDatasetException>().With.Message.Contains("weather").And.Message.Contains("transmission"));
    }
}
