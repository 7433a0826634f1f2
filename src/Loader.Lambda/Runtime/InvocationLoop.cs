using System.Diagnostics.CodeAnalysis;
using Loader.Lambda.Logging;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Runtime;

/// <summary>Takes events one by one and answers each. An event that fails ends nothing but itself.</summary>
/// <param name="api">The Runtime API.</param>
/// <param name="handler">The function.</param>
/// <param name="logs">Told which invocation entries belong to.</param>
/// <param name="logger">Told of failures.</param>
internal sealed class InvocationLoop(RuntimeApi api, Func<Invocation, Task<byte[]>> handler, InvocationLoggerProvider logs, ILogger logger)
{
    /// <summary>Runs until it is cancelled.</summary>
    /// <exception cref="RuntimeApiException">The Runtime API refused a call.</exception>
    /// <exception cref="HttpRequestException">The Runtime API cannot be reached.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Invocation invocation = await api.NextAsync(cancellationToken).ConfigureAwait(false);
            logs.Invocation = invocation.Context;

            // The AWS client library puts it into its requests, and so S3 can tell a function that triggers itself.
            Environment.SetEnvironmentVariable("_X_AMZN_TRACE_ID", invocation.Context.TraceId);
            await AnswerAsync(invocation, cancellationToken).ConfigureAwait(false);
        }
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Whatever the function throws is its answer.")]
    private async Task AnswerAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        string requestId = invocation.Context.AwsRequestId;
        byte[] answer;
        try
        {
            answer = await handler(invocation).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            logger.InvocationFailed(exception);
            await api.FailAsync(requestId, exception, cancellationToken).ConfigureAwait(false);
            return;
        }

        await api.RespondAsync(requestId, answer, cancellationToken).ConfigureAwait(false);
    }
}
