using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Loader.Application.Results;

namespace Loader.Infrastructure.Aws.Configuration;

/// <summary>The credentials that sign requests: those of the options, or the first in the default chain of AWSSDK.Core.</summary>
/// <param name="own">The credentials of the options.</param>
internal sealed class AwsCredentials(AWSCredentials? own)
{
    private readonly AWSCredentials? _own = own;
    private AWSCredentials? _found = own;
    private bool _haveWorked;

    /// <summary>Gets the kind of source that the credentials came from, or <see langword="null"/> before they are found.</summary>
    public string? SourceKind => _found?.GetType().Name;

    /// <summary>Returns valid credentials. AWSSDK.Core refreshes credentials before they expire.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="ConfigurationException">No source has credentials.</exception>
    /// <exception cref="UnavailableException">Credentials that worked before could not be refreshed.</exception>
    public async ValueTask<ImmutableCredentials> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Two first requests may both search the chain; that is harmless, because the chain caches its result.
            _found ??= await DefaultAWSCredentialsIdentityResolver.GetCredentialsAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            Task<ImmutableCredentials> current = _found.GetCredentialsAsync();
            ImmutableCredentials credentials = current.IsCompletedSuccessfully
                ? current.Result
                : await current.WaitAsync(cancellationToken).ConfigureAwait(false);
            _haveWorked = true;
            return credentials;
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Credential providers throw exceptions of any type, and the messages can contain profile names and addresses: they stay in the
            // inner exception.
            throw _haveWorked
                ? new UnavailableException("The AWS credentials expired and could not be refreshed.", exception)
                : new ConfigurationException(
                    "No usable AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, configure a profile, "
                    + "or give the machine or function a role.",
                    exception);
        }
    }

    /// <summary>Discards credentials that a service called expired, so that the next request gets new ones.</summary>
    /// <returns>Whether there is a source that can give new ones; fixed keys stay as they are.</returns>
    public bool TryDiscard()
    {
        if (_found is not RefreshingAWSCredentials refreshing)
        {
            return false;
        }

        refreshing.ClearCredentials();
        return true;
    }

    /// <summary>Returns the credentials for a client of the SDK.</summary>
    /// <returns>The credentials of the options themselves, whose type tells the SDK how to sign, or a view of this instance.</returns>
    public AWSCredentials ForSdk() => _own ?? new View(this);

    private sealed class View(AwsCredentials credentials) : AWSCredentials
    {
        public override ImmutableCredentials GetCredentials() => GetCredentialsAsync().GetAwaiter().GetResult();

        public override Task<ImmutableCredentials> GetCredentialsAsync() => credentials.GetAsync(CancellationToken.None).AsTask();
    }
}
