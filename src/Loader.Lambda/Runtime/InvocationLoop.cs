using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Runtime;

/// <summary>Receives events one at a time and sends a response to each. A failed event does not end the loop.</summary>
/// <param name="api">The Runtime API.</param>
/// <param name="handler">The function: returns the JSON of its response.</param>
/// <param name="onInvocation">Called with the context of each invocation before the function runs.</param>
/// <param name="logger">Logs failed invocations.</param>
internal sealed class InvocationLoop(
    RuntimeApi api, Func<Invocation, Task<byte[]>> handler, Action<LambdaContext> onInvocation, ILogger logger)
{
    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="RuntimeApiException">The Runtime API returned an error.</exception>
    /// <exception cref="HttpRequestException">The Runtime API cannot be reached.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Invocation invocation = await api.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            onInvocation(invocation.Context);
            if (invocation.IsDeadlineAssumed)
            {
                logger.DeadlineAssumed(InvocationDeadline.Longest.TotalMinutes);
            }

            // The AWS SDK copies it into its requests, so that S3 can detect a function that triggers itself.
            Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", invocation.Context.TraceId);
            await HandleAsync(invocation, cancellationToken).ConfigureAwait(false);
        }
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "Any exception of the function is reported as its result.")]
    private async Task HandleAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        string requestId = invocation.Context.AwsRequestId;
        byte[] response;
        try
        {
            response = await handler(invocation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.InvocationFailed(exception);
            await api.SendErrorAsync(requestId, exception, cancellationToken).ConfigureAwait(false);
            return;
        }

        await api.SendResponseAsync(requestId, response, cancellationToken).ConfigureAwait(false);
    }
}
