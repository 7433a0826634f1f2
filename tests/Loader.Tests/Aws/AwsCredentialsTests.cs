using Amazon.Runtime;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Configuration;

namespace Loader.Tests.Aws;

public sealed class AwsCredentialsTests
{
    private static readonly ImmutableCredentials Keys = new("AKIALOCALAWS", "local-secret", null);

    private static readonly Exception[] Failures =
    [
        new AmazonClientException("profile 'private' at http://10.0.0.7"), new HttpRequestException("http://10.0.0.7"), new InvalidOperationException("http://10.0.0.7"),
    ];

    [TestCaseSource(nameof(Failures))]
    public void Credentials_that_never_worked_are_a_configuration_error(Exception failure)
    {
        var credentials = new AwsCredentials(new Scripted(() => throw failure));

        ConfigurationException thrown = Assert.ThrowsAsync<ConfigurationException>(async () => await credentials.GetAsync(CancellationToken.None))!;

        Assert.That((thrown.InnerException, thrown.Message.Contains("10.0.0.7", StringComparison.Ordinal)), Is.EqualTo((failure, false)));
    }

    [TestCaseSource(nameof(Failures))]
    public async Task A_failed_refresh_of_credentials_is_transient(Exception failure)
    {
        bool isExpired = false;
        var credentials = new AwsCredentials(new Scripted(() => isExpired ? throw failure : Keys));
        await credentials.GetAsync(CancellationToken.None);

        isExpired = true;
        UnavailableException thrown = Assert.ThrowsAsync<UnavailableException>(async () => await credentials.GetAsync(CancellationToken.None))!;
        isExpired = false;

        Assert.That((thrown.IsTransient, thrown.InnerException), Is.EqualTo((true, failure)));
        Assert.That(await credentials.GetAsync(CancellationToken.None), Is.SameAs(Keys));
    }

    [Test]
    public void Cancelling_the_wait_for_credentials_throws_a_cancellation()
    {
        using var caller = new CancellationTokenSource();
        var never = new TaskCompletionSource<ImmutableCredentials>();
        var credentials = new AwsCredentials(new Scripted(never.Task));

        Task<ImmutableCredentials> wait = credentials.GetAsync(caller.Token).AsTask();
        caller.Cancel();

        Assert.That(async () => await wait, Throws.InstanceOf<OperationCanceledException>());
    }

    private sealed class Scripted : AWSCredentials
    {
        private readonly Func<Task<ImmutableCredentials>> _get;

        public Scripted(Func<ImmutableCredentials> get) => _get = () => Task.Run(get);

        public Scripted(Task<ImmutableCredentials> answer) => _get = () => answer;

        public override ImmutableCredentials GetCredentials() => throw new NotSupportedException();

        public override Task<ImmutableCredentials> GetCredentialsAsync() => _get();
    }
}
