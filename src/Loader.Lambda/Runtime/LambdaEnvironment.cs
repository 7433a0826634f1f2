using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Runtime;

/// <summary>
/// The environment variables that Lambda sets for a runtime (Lambda Developer Guide, "Defined runtime environment variables").
/// </summary>
internal sealed record LambdaEnvironment
{
    /// <summary>Gets the host and port of the Runtime API, or <see langword="null"/> outside Lambda.</summary>
    public string? RuntimeApi { get; init; }

    /// <summary>Gets the name of the function to run: <c>ANNOTATIONS_HANDLER</c>, else <c>_HANDLER</c>.</summary>
    public string? Handler { get; init; }

    /// <summary>Gets the function's memory in MB (2²⁰ bytes), or 0 if it is not known.</summary>
    public int MemoryMb { get; init; }

    /// <summary>Gets the division of the memory, or <see langword="null"/> if the memory size is not known.</summary>
    public FunctionMemory? Memory => MemoryMb > 1 ? new FunctionMemory(MemoryMb) : null;

    /// <summary>
    /// Gets the number of concurrent invocations that Lambda expects of this process; 1 unless the function runs on managed instances.
    /// </summary>
    public int MaxConcurrency { get; init; } = 1;

    /// <summary>Gets a value indicating whether requests to AWS use TLS. Only local stand-ins for AWS do without.</summary>
    public bool UsesTls { get; init; } = true;

    public bool LogsAsJson { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public static LambdaEnvironment Read(Func<string, string?> variable) => new()
    {
        RuntimeApi = TrimToNull(variable("AWS_LAMBDA_RUNTIME_API")),
        Handler = TrimToNull(variable("ANNOTATIONS_HANDLER")) ?? TrimToNull(variable("_HANDLER")),
        MemoryMb = ParsePositive(variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), fallback: 0),
        MaxConcurrency = ParsePositive(variable("AWS_LAMBDA_MAX_CONCURRENCY"), fallback: 1),
        UsesTls = variable("AWS_ENDPOINT_URL")?.StartsWith("http://", StringComparison.OrdinalIgnoreCase) != true,
        LogsAsJson = string.Equals(variable("AWS_LAMBDA_LOG_FORMAT"), "JSON", StringComparison.OrdinalIgnoreCase),
        LogLevel = ParseLevel(variable("AWS_LAMBDA_LOG_LEVEL")),
    };

    private static string? TrimToNull(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static int ParsePositive(string? value, int fallback) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : fallback;

    private static LogLevel ParseLevel(string? value) => value?.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "FATAL" => LogLevel.Critical,
        _ => LogLevel.Information,
    };
}
