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

        Assert.That(input.Object.Request, Is.EqualTo(new LoadRequest(SourceFile.InS3("data", "dataset=generation/a+b%20c.parquet"))));
        Assert.That(input.IsResumable, Is.False);
    }

    [Test]
    public void Everything_that_can_be_asked_for_is_passed_on()
    {
        StepFunctionsInput input = StepFunctionsInput.Read(Json.Of("""
            {"bucket":"data","key":"a.parquet","version_id":"v1","dataset":"Consumption","version":7,"resumable":true,"size":0,
             "resume":{"row_group":3,"etag":"abc","version_id":"v1","version":9}}
            """));

        Assert.That(input.Object, Is.EqualTo(new ObjectToLoad(
            new LoadRequest(SourceFile.InS3("data", "a.parquet", "v1"))
            {
                Dataset = DatasetType.Consumption,
                Version = new ObjectVersion(7),
                Resume = new ResumeToken(3, "abc", "v1", new ObjectVersion(9)),
            },
            Size: 0)));
        Assert.That(input.IsResumable, Is.True);
    }

    [Test]
    public void Null_counts_as_absent_and_fields_that_are_not_known_are_ignored()
    {
        StepFunctionsInput input = StepFunctionsInput.Read(Json.Of("""
            {"bucket":"data","key":"a.parquet","version_id":null,"dataset":null,"version":null,"resumable":null,"resume":null,"size":null,"attempt":{"n":1}}
            """));

        Assert.That(input.Object, Is.EqualTo(new ObjectToLoad(new LoadRequest(SourceFile.InS3("data", "a.parquet")))));
    }

    [TestCase("7", 7L)]
    [TestCase("\"7\"", 7L)]
    [TestCase("\"1970-01-01T00:00:01Z\"", 1000L)]
    [TestCase("4398046511103", 4_398_046_511_103L)]
    public void A_version_is_a_number_a_text_or_an_instant(string version, long value)
    {
        StepFunctionsInput input = StepFunctionsInput.Read(Json.Of($$"""{"bucket":"b","key":"k","version":{{version}}}"""));

        Assert.That(input.Object.Request.Version!.Value.Value, Is.EqualTo(value));
    }

    [TestCase("[]", "must be an object")]
    [TestCase("{}", "'bucket'")]
    [TestCase("""{"bucket":"b"}""", "'key'")]
    [TestCase("""{"bucket":"","key":"k"}""", "'bucket'")]
    [TestCase("""{"bucket":7,"key":"k"}""", "'bucket'")]
    [TestCase("""{"bucket":"b","key":["k"]}""", "'key'")]
    [TestCase("""{"bucket":"b","key":"k","version_id":7}""", "'version_id'")]
    [TestCase("""{"bucket":"b","key":"k","version_id":""}""", "'version_id'")]
    [TestCase("""{"bucket":"b","key":"k","dataset":7}""", "'dataset'")]
    [TestCase("""{"bucket":"b","key":"k","version":0}""", "'version'")]
    [TestCase("""{"bucket":"b","key":"k","version":1.5}""", "'version'")]
    [TestCase("""{"bucket":"b","key":"k","version":4398046511104}""", "'version'")]
    [TestCase("""{"bucket":"b","key":"k","version":"secret"}""", "'version'")]
    [TestCase("""{"bucket":"b","key":"k","version":true}""", "'version'")]
    [TestCase("""{"bucket":"b","key":"k","resumable":"true"}""", "'resumable'")]
    [TestCase("""{"bucket":"b","key":"k","resume":true}""", "'resume'")]
    [TestCase("""{"bucket":"b","key":"k","resume":{}}""", "'resume.row_group'")]
    [TestCase("""{"bucket":"b","key":"k","resume":{"row_group":-1,"etag":"e","version":1}}""", "'resume.row_group'")]
    [TestCase("""{"bucket":"b","key":"k","resume":{"row_group":2097153,"etag":"e","version":1}}""", "'resume.row_group'")]
    [TestCase("""{"bucket":"b","key":"k","resume":{"row_group":"1","etag":"e","version":1}}""", "'resume.row_group'")]
    [TestCase("""{"bucket":"b","key":"k","resume":{"row_group":1,"version":1}}""", "'resume.etag'")]
    [TestCase("""{"bucket":"b","key":"k","resume":{"row_group":1,"etag":"e"}}""", "'resume.version'")]
    [TestCase("""{"bucket":"b","key":"k","resume":{"row_group":1,"etag":"e","version":1,"version_id":{}}}""", "'version_id'")]
    public void A_wrong_field_is_named_and_its_value_is_not_shown(string text, string fault)
    {
        InvalidEventException exception = Assert.Throws<InvalidEventException>(() => StepFunctionsInput.Read(Json.Of(text)))!;

        Assert.That(exception.Message, Does.Contain(fault).And.Contains("Expected ").And.Not.Contains("secret"));
    }

    [Test]
    public void A_dataset_that_there_is_not_has_its_own_failure()
    {
        Assert.That(
            () => StepFunctionsInput.Read(Json.Of("""{"bucket":"b","key":"k","dataset":"weather"}""")),
            Throws.TypeOf<UnknownDatasetException>().With.Message.Contains("weather").And.Message.Contains("transmission"));
    }
}
