using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;

namespace Loader.LocalAws.Lambda;

/// <summary>A function: events wait here until a runtime takes them. Thread-safe.</summary>
public sealed class LambdaFunction
{
    private readonly Channel<Invocation> _waiting = Channel.CreateUnbounded<Invocation>();
    private readonly ConcurrentDictionary<string, Invocation> _running = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<ScriptedAnswer> _script = new();
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

    /// <summary>Gets the ARN that the runtime is told.</summary>
    public string Arn { get; }

    /// <summary>Gets or sets how long a call through the Invoke API may take. Default 15 minutes.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>Gets the bodies of init errors that runtimes reported.</summary>
    public IReadOnlyList<string> InitErrors => [.. _initErrors];

    /// <summary>Gets the number of times a runtime asked for the next event.</summary>
    public int Polls => Volatile.Read(ref _polls);

    /// <summary>Adds answers for the next calls through the Invoke API; each is used once, then calls go to the runtime again.</summary>
    public void Script(params IEnumerable<ScriptedAnswer> answers)
    {
        foreach (var answer in answers)
        {
            _script.Enqueue(answer);
        }
    }

    /// <summary>Completes when a runtime waits for its next event: it has started, or is done with the last event and alive.</summary>
    public Task WhenPolledAsync(CancellationToken cancellationToken = default) => Volatile.Read(ref _polled).Task.WaitAsync(cancellationToken);

    /// <summary>Queues an event; the task ends with the answer, the error, or the timeout.</summary>
    public Task<LambdaResult> InvokeAsync(string json, TimeSpan timeout, CancellationToken cancellationToken = default) =>
        InvokeAsync(Encoding.UTF8.GetBytes(json), _time.GetUtcNow() + timeout, cancellationToken);

    /// <summary>Queues an event with a deadline; the task ends with the answer, the error, or at the deadline.</summary>
    public Task<LambdaResult> InvokeAsync(string json, DateTimeOffset deadline, CancellationToken cancellationToken = default) =>
        InvokeAsync(Encoding.UTF8.GetBytes(json), deadline, cancellationToken);

    /// <summary>Says that the runtime's process has ended: whatever it had taken fails as Runtime.ExitError (protocols 4.1).</summary>
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

    internal ScriptedAnswer? NextScripted() => _script.TryDequeue(out var answer) ? answer : null;

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
