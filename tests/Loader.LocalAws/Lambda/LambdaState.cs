using System.Collections.Concurrent;

namespace Loader.LocalAws.Lambda;

/// <summary>The functions. Thread-safe.</summary>
public sealed class LambdaState
{
    private readonly ConcurrentDictionary<string, LambdaFunction> _functions = new(StringComparer.Ordinal);
    private readonly LocalAwsOptions _options;

    internal LambdaState(LocalAwsOptions options) => _options = options;

    /// <summary>Gets or sets the name of the default function, used by runtimes whose address has no function name. Default <c>loader</c>.</summary>
    public string DefaultFunction { get; set; } = "loader";

    /// <summary>Gets the known functions by name.</summary>
    public IReadOnlyList<LambdaFunction> Functions => [.. _functions.Values.OrderBy(function => function.Name, StringComparer.Ordinal)];

    internal string Authority { get; set; } = string.Empty;

    /// <summary>Gets a function, and creates it if it is not known; without a name, the default function.</summary>
    public LambdaFunction Function(string? name = null) => _functions.GetOrAdd(
        name ?? DefaultFunction,
        key => new LambdaFunction(key, $"arn:aws:lambda:{_options.Region}:{_options.AccountId}:function:{key}", _options.TimeProvider));

    /// <summary>Gets the value of AWS_LAMBDA_RUNTIME_API for a function: <c>host:port</c>, followed by a path for a named function.</summary>
    public string RuntimeApi(string? function = null) => function is null ? Authority : $"{Authority}/_runtime/{Uri.EscapeDataString(function)}";

    /// <summary>Queues an event for a runtime. The task completes with the response, the error, or the timeout.</summary>
    public Task<LambdaResult> InvokeAsync(string json, TimeSpan timeout, string? function = null, CancellationToken cancellationToken = default) =>
        Function(function).InvokeAsync(json, timeout, cancellationToken);

    /// <summary>Queues an event with a deadline. The task completes with the response, the error, or at the deadline.</summary>
    public Task<LambdaResult> InvokeAsync(string json, DateTimeOffset deadline, string? function = null, CancellationToken cancellationToken = default) =>
        Function(function).InvokeAsync(json, deadline, cancellationToken);

    internal LambdaFunction? Find(string name) => _functions.GetValueOrDefault(name);
}
