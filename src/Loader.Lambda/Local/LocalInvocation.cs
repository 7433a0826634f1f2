using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using Loader.Lambda.Runtime;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Local;

/// <summary>Passes one event to a function, with a deadline as in Lambda.</summary>
/// <param name="handler">The function: returns the JSON of its response.</param>
/// <param name="logger">Logs a failure.</param>
/// <param name="time">The clock.</param>
internal sealed class LocalInvocation(Func<Invocation, Task<byte[]>> handler, ILogger logger, TimeProvider time)
{
    /// <summary>Runs the function.</summary>
    /// <param name="invocation">The event.</param>
    /// <returns>The result.</returns>
    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "Any exception of the function is its result, as in Lambda.")]
    public async Task<LocalResult> RunAsync(Invocation invocation)
    {
        TimeSpan timeout = invocation.Context.RemainingTime(time);
        try
        {
            using var ended = new CancellationTokenSource();
            Task<byte[]> running = handler(invocation);
            Task first = await Task.WhenAny(running, Task.Delay(timeout, time, ended.Token)).ConfigureAwait(false);
            await ended.CancelAsync().ConfigureAwait(false);
            return first == running
                ? new LocalResult(await running.ConfigureAwait(false), LocalOutcome.Succeeded)
                : new LocalResult(TimedOut(invocation.Context.AwsRequestId, timeout), LocalOutcome.TimedOut);
        }
        catch (Exception exception)
        {
            logger.InvocationFailed(exception);
            return new LocalResult(ExceptionJson.Serialize(exception), LocalOutcome.Failed);
        }
    }

    /// <summary>Creates the error that a caller receives if Lambda ended the function.</summary>
    private static byte[] TimedOut(string requestId, TimeSpan timeout) =>
        Encoding.UTF8.GetBytes(
            $$"""{"errorType":"Sandbox.Timedout","errorMessage":"RequestId: {{requestId}} Error: """
            + string.Create(CultureInfo.InvariantCulture, $$"""Task timed out after {{timeout.TotalSeconds:0.00}} seconds"}"""));
}

/// <summary>The result of a local run.</summary>
/// <param name="Json">The response, or the error that Lambda would receive.</param>
/// <param name="Outcome">How the run ended.</param>
internal sealed record LocalResult(byte[] Json, LocalOutcome Outcome);

/// <summary>How a local run ended.</summary>
internal enum LocalOutcome
{
    /// <summary>The function returned a response.</summary>
    Succeeded,

    /// <summary>The function failed.</summary>
    Failed,

    /// <summary>The function was still running at its deadline.</summary>
    TimedOut,
}
