using Amazon.S3;
using Loader.Domain;
using Loader.Infrastructure.RejectedRows;

namespace Loader.Tests.RejectedRows;

/// <summary>A location of rejected rows has one spelling, or is refused.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class RejectedRowsLocationTests
{
    [TestCase("s3://bucket/x/", "s3://bucket/x/")]
    [TestCase("s3://bucket/x", "s3://bucket/x/")]
    [TestCase("s3://bucket//x//", "s3://bucket/x/")]
    [TestCase("s3://bucket/a//b", "s3://bucket/a/b/")]
    [TestCase("S3://bucket/X", "s3://bucket/X/")]
    [TestCase("s3://bucket/a b/c%20d+é", "s3://bucket/a b/c%20d+é/")]
    [TestCase("./rejected", "./rejected")]
    [TestCase("/data//rejected/", "/data//rejected/")]
    public void A_location_gets_its_one_spelling(string location, string expected)
    {
        Assert.That(new RejectedRowsOptions { Location = location }.Location, Is.EqualTo(expected));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("s3://bucket//x//")]
    [TestCase("s3://bucket/a b/")]
    [TestCase("s3://bucket/a..b/")]
    [TestCase("rejected")]
    [TestCase("../rejected")]
    [TestCase("/data/rejected rows")]
    public void A_location_that_has_a_spelling_is_accepted(string? location)
    {
        Assert.That(Validate(location), Is.Empty);
    }

    [TestCase("s3://bucket", "it has no prefix.")]
    [TestCase("s3://bucket/", "it has no prefix.")]
    [TestCase("s3://bucket//", "it has no prefix.")]
    [TestCase("s3://bucket/a/../b", "a prefix cannot contain '.' or '..' as a segment.")]
    [TestCase("s3://bucket/./b", "a prefix cannot contain '.' or '..' as a segment.")]
    [TestCase("s3://", "it names no bucket.")]
    [TestCase("s3:///x/", "it names no bucket.")]
    [TestCase("s3:/bucket/x/", "it names no bucket.")]
    [TestCase("s3:bucket", "it names no bucket.")]
    [TestCase("s3a://bucket/x/", "it is neither in S3 nor a folder.")]
    [TestCase("https://bucket.s3.amazonaws.com/x/", "it is neither in S3 nor a folder.")]
    [TestCase("arn:aws:s3:::bucket/x/", "it is an ARN.")]
    [TestCase(" s3://bucket/x/", "it begins or ends with a blank.")]
    [TestCase("s3://bucket/x/ ", "it begins or ends with a blank.")]
    [TestCase(" ", "it begins or ends with a blank.")]
    [TestCase("s3://my bucket/x/", "its bucket contains a blank.")]
    [TestCase("s3://bucket/a\nb/", "it contains control characters.")]
    public void A_location_without_a_spelling_is_refused(string location, string fault)
    {
        Assert.That(
            Validate(location),
            Is.EqualTo(new[]
            {
                $"REJECTED_ROWS_LOCATION is '{location}'; {fault} "
                    + "Allowed is s3://bucket/prefix/ (a prefix is required) or a folder.",
            }));
    }

    [TestCase("s3://bucket//x//")]
    [TestCase("S3://bucket/x")]
    public void A_file_below_the_location_is_recognised_in_every_spelling(string location)
    {
        var store = new RejectedRowStore(
            new RejectedRowsOptions { Location = location }, new Lazy<IAmazonS3>(() => throw new InvalidOperationException()));

        Assert.That(store.Holds(SourceFile.InS3("bucket", "x/timestream-0/y.parquet")), Is.True);
    }

    private static IEnumerable<string> Validate(string? location) =>
        new RejectedRowsOptions { Location = location }.FindFaults();
}
