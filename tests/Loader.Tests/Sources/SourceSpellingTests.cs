using Amazon.S3;
using Loader.Application.Results;
using Loader.Infrastructure.Sources;

namespace Loader.Tests.Sources;

/// <summary>Sources that are spelt for another program.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class SourceSpellingTests
{
    [TestCase("s3a://lake/x.parquet", "is Hadoop's spelling. Write s3://lake/x.parquet.")]
    [TestCase("S3N://lake/a/", "is Hadoop's spelling. Write s3://lake/a/.")]
    [TestCase("s3://", "has no bucket.")]
    [TestCase("s3:///x.parquet", "has no bucket.")]
    [TestCase("s3:/lake/x.parquet", "lacks a slash. Write s3://lake/x.parquet.")]
    [TestCase("file:///data/a%20b.parquet", "is a file URL. Write the path, such as /data/a b.parquet.")]
    [TestCase("https://example.org/x.parquet", "is a web address. Download the file")]
    [TestCase("http://[", "is a web address. Download the file")]
    [TestCase("https://lake.s3.eu-central-1.amazonaws.com/a/x.parquet?X-Amz-Signature=1", "Write s3://lake/a/x.parquet.")]
    [TestCase("https://my.lake.s3.amazonaws.com/a%20b.parquet", "Write s3://my.lake/a b.parquet.")]
    [TestCase("https://s3.eu-central-1.amazonaws.com/lake/x.parquet", "Write s3://lake/x.parquet.")]
    [TestCase("https://sts.amazonaws.com/", "is a web address. Download the file")]
    [TestCase("arn:aws:s3:::lake/a/x.parquet", "is an ARN. Write s3://lake/a/x.parquet.")]
    [TestCase("arn:aws-cn:s3:::lake", "is an ARN. Write s3://lake.")]
    [TestCase("arn:aws:sns:eu-central-1:1:t", "is an ARN. Write s3://bucket/key")]
    [TestCase("gs://lake/x.parquet", "is not a source: a source is a file, a folder, s3://bucket/key or s3://bucket/prefix/.")]
    [TestCase("abfss://lake/x.parquet", "is not a source")]
    public void Another_spelling_is_refused_with_the_right_one(string source, string message)
    {
        Assert.That(
            () => ListAsync(source),
            Throws.TypeOf<ConfigurationException>().With.Message.StartsWith(source).And.Message.Contains(message));
    }

    [TestCase("S3://lake/x.parquet", "s3://lake/x.parquet")]
    [TestCase("s3://lake/a%20b+c é.parquet", "s3://lake/a%20b+c é.parquet")]
    [TestCase("s3://lake//x.parquet", "s3://lake//x.parquet")]
    public async Task A_key_is_taken_as_it_is_written(string source, string expected)
    {
        Assert.That((await ListAsync(source)).File.ToString(), Is.EqualTo(expected));
    }

    [TestCase("s3x")]
    [TestCase("C:/lake")]
    [TestCase("a:b")]
    [TestCase("dir/with://in it")]
    public void A_path_is_not_taken_for_an_address(string path)
    {
        Assert.That(SourceSpelling.FindFault(path), Is.Null);
    }

    private static async Task<SourceEntry> ListAsync(string source)
    {
        var listing = new SourceListing(new Lazy<IAmazonS3>(() => throw new InvalidOperationException("Nothing is sent.")));
        await foreach (SourceEntry entry in listing.ListAsync(source, CancellationToken.None))
        {
            return entry;
        }

        throw new InvalidOperationException("Nothing was listed.");
    }
}
