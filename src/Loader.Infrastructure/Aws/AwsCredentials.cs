using Amazon.Runtime;
using Amazon.Runtime.Credentials;
using Loader.Application.Results;

namespace Loader.Infrastructure.Aws;

/// <summary>The credentials that requests are signed with: those of the options, or the first that AWSSDK.Core's chain finds.</summary>
/// <param name="own">The credentials of the options.</param>
internal sealed class AwsCredentials(AWSCredentials? own)
{
    private AWSCredentials? _found = own;
    private bool _haveWorked;

    /// <summary>Returns credentials that are valid now; those that expire are renewed by AWSSDK.Core in time.</summary>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The credentials.</returns>
    /// <exception cref="ConfigurationException">There are none.</exception>
    /// <exception cref="UnavailableException">There were some, and they could not be renewed.</exception>
    public async ValueTask<ImmutableCredentials> GetAsync(CancellationToken cancellationToken)
    {
        try
        {
            // Finding twice at the start does no harm: the chain keeps what it found.
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
            // Providers throw whatever they like, and their messages can name profiles and addresses: only the cause keeps them, for whoever debugs.
            throw _haveWorked
                ? new UnavailableException("The AWS credentials have expired and could not be renewed.", exception)
                : new ConfigurationException(
                    "No usable AWS credentials were found. Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile, or give the machine or function a role.",
                    exception);
        }
    }
}
