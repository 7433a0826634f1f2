using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Loader.LocalAws.Lambda;

namespace Loader.LocalAws.StepFunctions;

/// <summary>
/// An execution of the states of a machine, step by step, with what the loader's machines use of the Amazon States Language. Waits and the
/// delays of retries are recorded and not waited for.
/// </summary>
/// <param name="machine">The states: an item processor, or a machine.</param>
/// <param name="input">The input.</param>
/// <param name="invoke">Calls the function of a task with a payload.</param>
public sealed class ChildExecution(JsonObject machine, JsonObject input, Func<string, Task<LambdaResult>> invoke)
{
    /// <summary>The largest input or output of a state (Step Functions Developer Guide, "Quotas").</summary>
    private const int MaxStateBytes = 256 * 1024;

    /// <summary>Step Functions counts the bytes of UTF-8, in which most characters are not escaped.</summary>
    internal static readonly JsonSerializerOptions AsCounted = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly List<string> _states = [];
    private readonly List<JsonObject> _payloads = [];
    private readonly List<long> _waits = [];
    private JsonNode? _state = input.DeepClone();
    private string? _next = machine["StartAt"]!.GetValue<string>();

    /// <summary>Gets the states in the order in which they were entered. A redrive enters the failed one again.</summary>
    public IReadOnlyList<string> Entered => _states;

    /// <summary>Gets the state transitions that Step Functions charges: the start, and each state that was entered.</summary>
    public int Transitions => _states.Count + 1;

    /// <summary>Gets the payloads of all calls, also of repeated ones.</summary>
    public IReadOnlyList<JsonObject> Payloads => _payloads;

    /// <summary>Gets the seconds of each wait.</summary>
    public IReadOnlyList<long> Waits => _waits;

    /// <summary>Gets the size of the largest state so far in bytes.</summary>
    public int LargestStateBytes { get; private set; }

    /// <summary>Gets the error that the execution failed with, or null.</summary>
    public StateException? Failure { get; private set; }

    /// <summary>Gets the output, or null if the execution failed.</summary>
    public JsonNode? Output { get; private set; }

    /// <summary>
    /// Runs to the end. After a failure, it does what a redrive does: it continues with the state that failed, with the same input.
    /// </summary>
    /// <returns>Whether the execution succeeded.</returns>
    public async Task<bool> RunAsync()
    {
        Failure = null;
        while (_next is { } name)
        {
            _states.Add(name);
            try
            {
                Limit(_state);
                var state = machine["States"]![name]!.AsObject();
                var (output, next) = await EnterAsync(state, _state);
                Limit(output);
                (_state, _next) = (output, next);
            }
            catch (StateException failure)
            {
                Failure = failure;
                return false;
            }
        }

        Output = _state;
        return true;
    }

    private async Task<(JsonNode? Output, string? Next)> EnterAsync(JsonObject state, JsonNode? given)
    {
        var next = state["Next"]?.GetValue<string>();
        switch (state["Type"]!.GetValue<string>())
        {
            case "Pass":
                return (state["Parameters"] is { } template ? StatePath.Fill(template, given) : given, next);
            case "Choice":
                return (given, Choose(state, given));
            case "Wait":
                _waits.Add(state["Seconds"]?.GetValue<long>() ?? StatePath.Read(given, state["SecondsPath"]!.GetValue<string>())!.GetValue<long>());
                return (given, next);
            case "Task":
                return await PerformAsync(state, given, next);
            default:
                throw new NotSupportedException($"The interpreter does not know states of type {state["Type"]}.");
        }
    }

    private static string? Choose(JsonObject state, JsonNode? given)
    {
        foreach (var choice in state["Choices"]!.AsArray())
        {
            var variable = choice!["Variable"]!.GetValue<string>();
            var holds = choice["NumericEquals"] is { } number ? StatePath.Read(given, variable)!.GetValue<long>() == number.GetValue<long>()
                : choice["NumericGreaterThan"] is { } least ? StatePath.Read(given, variable)!.GetValue<long>() > least.GetValue<long>()
                : choice["IsPresent"] is { } present ? StatePath.IsPresent(given, variable) == present.GetValue<bool>()
                : throw new NotSupportedException($"The interpreter does not know the choice {choice.ToJsonString()}.");
            if (holds)
            {
                return choice["Next"]!.GetValue<string>();
            }
        }

        return state["Default"]!.GetValue<string>();
    }

    private async Task<(JsonNode? Output, string? Next)> PerformAsync(JsonObject state, JsonNode? given, string? next)
    {
        var attempts = new Dictionary<JsonNode, int>();
        while (true)
        {
            try
            {
                var result = StatePath.Fill(state["ResultSelector"], await CallAsync(state, given));
                return (StatePath.Write(given?.DeepClone(), state["ResultPath"]?.GetValue<string>() ?? "$", result), next);
            }
            catch (StateException failure)
            {
                if (Find(state["Retry"], failure) is { } retrier && attempts.GetValueOrDefault(retrier) < retrier["MaxAttempts"]!.GetValue<int>())
                {
                    attempts[retrier] = attempts.GetValueOrDefault(retrier) + 1;
                    continue;
                }

                if (Find(state["Catch"], failure) is not { } catcher)
                {
                    throw;
                }

                var error = new JsonObject { ["Error"] = failure.Error, ["Cause"] = failure.Cause };
                return (StatePath.Write(given?.DeepClone(), catcher["ResultPath"]!.GetValue<string>(), error), catcher["Next"]!.GetValue<string>());
            }
        }
    }

    private async Task<JsonObject> CallAsync(JsonObject state, JsonNode? given)
    {
        var payload = StatePath.Fill(state["Parameters"]!["Payload"], given)!.AsObject();
        _payloads.Add(payload);
        var result = await invoke(payload.ToJsonString());
        if (!result.IsSuccess)
        {
            throw new StateException(result.ErrorType ?? "Lambda.Unknown", result.Payload);
        }

        var answer = new JsonObject { ["Payload"] = JsonNode.Parse(result.Payload) };
        Limit(answer);
        return answer;
    }

    private static JsonNode? Find(JsonNode? retriersOrCatchers, StateException failure) =>
        retriersOrCatchers?.AsArray().FirstOrDefault(entry => entry!["ErrorEquals"]!.AsArray()
            .Any(name => name!.GetValue<string>() is "States.ALL" || name.GetValue<string>() == failure.Error));

    private void Limit(JsonNode? state)
    {
        var bytes = Encoding.UTF8.GetByteCount(state?.ToJsonString(AsCounted) ?? "null");
        LargestStateBytes = Math.Max(LargestStateBytes, bytes);
        if (bytes > MaxStateBytes)
        {
            throw new StateException("States.DataLimitExceeded", $"The state has {bytes} bytes.");
        }
    }
}
