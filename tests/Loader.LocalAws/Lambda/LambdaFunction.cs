using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Loader.LocalAws.Lambda;

/// <summary>A function. Events wait here until a runtime receives them. Thread-safe.</summary>
public sealed class LambdaFunction
{
    private readonly Channel<Invocation> _waiting = Channel.CreateUnbounded<Invocation>();
    private readonly ConcurrentDictionary<string, Invocation> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ScriptedResponse> _script = new();
    private readonly ConcurrentQueue<string> _initErrors = new();
    private readonly TimeProvider _time;
    private int _polls;
    private TaskCompletionSource _polled = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal LambdaFunction(string name, string arn, TimeProvider time)
    {
        Name = name;
        Arn = arn;
        _time = time;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the ARN sent to the runtime.</summary>
    public string Arn { get; }

    /// <summary>Gets or sets the timeout of a call through the Invoke API. Default 15 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets the bodies of the init errors that runtimes reported.</summary>
    public IReadOnlyList<string> InitErrors => [.. _initErrors];

    /// <summary>Gets the number of times a runtime requested the next event.</summary>
    public int Polls => Volatile.Read(ref _polls);

    /// <summary>Adds responses for the next calls through the Invoke API. Each is used once; later calls go to the runtime again.</summary>
    public void Script(params IEnumerable<ScriptedResponse> responses)
    {
        foreach (var response in responses)
        {
            _script.Enqueue(response);
        }
    }

    /// <summary>Completes when a runtime waits for its next event: it has started, or has finished the previous event.</summary>
    public Task WhenPolledAsync(CancellationToken cancellationToken = default) => Volatile.Read(ref _polled).Task.WaitAsync(cancellationToken);

    /// <summary>Queues an event. The task completes with the response, the error, or the timeout.</summary>
    public Task<LambdaResult> InvokeAsync(string json, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        InvokeAsync(Encoding.UTF8.GetBytes(json), _time.GetUtcNow() + timeout, cancellationToken);

    /// <summary>Queues an event with a deadline. The task completes with the response, the error, or at the deadline.</summary>
    public Task<LambdaResult> InvokeAsync(string json, DateTimeOffset deadline, CancellationToken cancellationToken = default) =>
        InvokeAsync(Encoding.UTF8.GetBytes(json), deadline, cancellationToken);

    /// <summary>Reports that the runtime's process has ended. The events it was handling fail with Runtime.ExitError (protocols 4.1).</summary>
    public void ReportExit(int exitCode) => FailRunning(
        "Runtime.ExitError", string.Create(CultureInfo.InvariantCulture, $"Error: Runtime exited with error: exit status {exitCode}"));

    internal async Task<LambdaResult> InvokeAsync(ReadOnlyMemory<byte> payload, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var invocation = new Invocation(payload, deadline);
        _waiting.Writer.TryWrite(invocation);
        var timeout = deadline - _time.GetUtcNow();
        try
        {
            return await invocation.Result.WaitAsync(timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            var message = $"{deadline.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {invocation.RequestId} Task timed out";
            invocation.End(new(LambdaOutcome.TimedOut, invocation.RequestId, Error("Sandbox.Timedout", message), "Sandbox.Timedout"));
            return await invocation.Result;
        }
        finally
        {
            _running.TryRemove(invocation.RequestId, out _);
        }
    }

    internal ScriptedResponse? NextScripted() => _script.TryDequeue(out var response) ? response : null;

    internal async Task<Invocation> NextAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _polls);
        Volatile.Read(ref _polled).TrySetResult();
        while (true)
        {
            var invocation = await _waiting.Reader.ReadAsync(cancellationToken);
            if (!invocation.IsOver)
            {
                _running[invocation.RequestId] = invocation;
                Volatile.Write(ref _polled, new(TaskCreationOptions.RunContinuationsAsynchronously));
                return invocation;
            }
        }
    }

    internal Invocation? Running(string requestId) => _running.GetValueOrDefault(requestId);

    internal void ReportInitError(string body, string? type)
    {
        _initErrors.Enqueue(body);
        while (_waiting.Reader.TryRead(out var invocation))
        {
            invocation.End(new(LambdaOutcome.RuntimeError, invocation.RequestId, body, type));
        }
    }

    internal static string Error(string type, string message) =>
        $$"""{"errorType":{{Quoted(type)}},"errorMessage":{{Quoted(message)}}}""";

    private static string Quoted(string text) => $"\"{JsonEncodedText.Encode(text)}\"";

    private void FailRunning(string type, string message)
    {
        foreach (var invocation in _running.Values)
        {
            invocation.End(new(LambdaOutcome.RuntimeError, invocation.RequestId, Error(type, $"RequestId: {invocation.RequestId} {message}"), type));
        }
    }
}
