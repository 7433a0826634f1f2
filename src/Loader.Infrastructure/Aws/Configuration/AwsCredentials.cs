using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Loader.Application.Results;

namespace Loader.Infrastructure.Aws.Configuration;

/// <summary>The credentials that sign requests: those of the options, or the first in the default chain of AWSSDK.Core.</summary>
/// <param name="own">The credentials of the options.</param>
internal sealed class AwsCredentials(AWSCredentials? own)
{
    private AWSCredentials? _found = own;
    private bool _haveWorked;

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
}
