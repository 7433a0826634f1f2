using System.Net;
using System.Net.Sockets;
using Amazon.Runtime;
using Amazon.SecurityToken;
using Amazon.SecurityToken.Model;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.Aws.Checking;

/// <summary>Finds out whose credentials sign the requests. Nobody needs a permission for that.</summary>
/// <remarks>https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html.</remarks>
/// <param name="aws">The settings and credentials.</param>
internal sealed class IdentityCheck(AwsConnection aws)
{
    private const string Name = "credentials";

    /// <summary>Gets the account, or <see langword="null"/> if it is not known.</summary>
    public string? Account { get; private set; }

    /// <summary>Asks STS.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>What was found.</returns>
    public async Task<CheckResult> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await aws.Credentials.GetAsync(cancellationToken).ConfigureAwait(false);
            AwsEndpoint endpoint = aws.Endpoint(AwsService.SecurityToken);
            return await AskAsync(endpoint, cancellationToken).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            return CheckResult.Failed(Name, failure);
        }
    }

    private async Task<CheckResult> AskAsync(AwsEndpoint endpoint, CancellationToken cancellationToken)
    {
        string source = aws.Credentials.SourceKind is { } kind ? $" They come from {Describe(kind)}." : "";
        using var sts = new AmazonSecurityTokenServiceClient(
            aws.Credentials.ForSdk(),
            new AmazonSecurityTokenServiceConfig
            {
                // The settings have resolved the endpoint already; the SDK must not find another one.
                IgnoreConfiguredEndpointUrls = true,
                ServiceURL = endpoint.Address.OriginalString,
                AuthenticationRegion = endpoint.Region.Name,
                Timeout = TimeSpan.FromSeconds(10),
                MaxErrorRetry = 1,
            });
        try
        {
            GetCallerIdentityResponse identity =
                await sts.GetCallerIdentityAsync(new GetCallerIdentityRequest(), cancellationToken).ConfigureAwait(false);
            Account = identity.Account;
            return CheckResult.Ok(
                Name, ResponseReader.Printable($"The credentials are those of {identity.Arn} in account {identity.Account}.{source}"));
        }
        catch (AmazonServiceException refusal)
            when (refusal.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized)
        {
            return CheckResult.Failed(
                Name,
                ResponseReader.Printable($"STS does not accept the credentials: {refusal.ErrorCode}: {refusal.Message}.{source}"),
                "Check the access key, the secret key and the session token, or sign in again.");
        }
        catch (Exception exception) when (
            exception is AmazonServiceException or AmazonClientException or HttpRequestException or IOException or SocketException
            || (exception is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // A network without a way to STS can still have one to the destination.
            return CheckResult.Warning(
                Name,
                ResponseReader.Printable(
                    $"There are credentials, but {endpoint.Address.Authority} does not say whose they are: {exception.Message}.{source}"),
                "A load does not need STS. To see the account and the role, allow connections to it, or set AWS_ENDPOINT_URL_STS.");
        }
    }

    /// <summary>Describes a class of credentials of AWSSDK.Core.</summary>
    private static string Describe(string kind) => kind switch
    {
        "BasicAWSCredentials" or "SessionAWSCredentials" => "fixed keys",
        "EnvironmentVariablesAWSCredentials" => "environment variables",
        "InstanceProfileAWSCredentials" or "DefaultInstanceProfileAWSCredentials" => "the role of the EC2 instance",
        "ECSTaskCredentials" or "GenericContainerCredentials" => "the role of the container",
        "AssumeRoleAWSCredentials" => "a role that the profile assumes",
        "AssumeRoleWithWebIdentityCredentials" => "a role that a web identity token assumes",
        "SSOAWSCredentials" => "a sign-in with IAM Identity Center",
        "ProcessAWSCredentials" => "a process that the profile names",
        _ => kind,
    };
}
