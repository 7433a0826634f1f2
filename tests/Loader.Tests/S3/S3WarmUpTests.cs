using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.S3;

namespace Loader.Tests.S3;

/// <summary>What a function does of its first request to S3 before it has one.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class S3WarmUpTests
{
    [Test]
    public void Needs_no_connection()
    {
        // Nothing listens on port 1.
        var options = new AwsOptions { Region = "eu-west-1", S3Endpoint = new Uri("http://127.0.0.1:1") };

        Assert.That(() => S3WarmUp.RunAsync(options), Throws.Nothing);
    }

    [Test]
    public void Settings_that_allow_no_client_fail_it_as_they_fail_the_first_request()
    {
        var options = new AwsOptions { Region = "not a region" };

        Exception first = Assert.Catch(() => S3ClientFactory.Create(options))!;

        Assert.That(() => S3WarmUp.RunAsync(options), Throws.TypeOf(first.GetType()).With.Message.EqualTo(first.Message));
    }
}
