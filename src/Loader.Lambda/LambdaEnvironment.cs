using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda;

/// <summary>What Lambda sets in the environment of a runtime (Lambda Developer Guide, "Defined runtime environment variables").</summary>
internal sealed record LambdaEnvironment
{
    /// <summary>Gets host and port of the Runtime API, or <see langword="null"/> outside Lambda.</summary>
    public string? RuntimeApi { get; init; }

    /// <summary>Gets the name of the function to run: <c>ANNOTATIONS_HANDLER</c>, else <c>_HANDLER</c>.</summary>
    public string? Handler { get; init; }

    public string FunctionName { get; init; } = "";

    public string FunctionVersion { get; init; } = "";

    /// <summary>Gets the function's memory in MB (2²⁰ bytes), or 0 where it is not known.</summary>
    public int MemoryMb { get; init; }

    /// <summary>Gets how the memory is shared out, or <see langword="null"/> where it is not known.</summary>
    public FunctionMemory? Memory => MemoryMb > 1 ? new FunctionMemory(MemoryMb) : null;

    /// <summary>Gets how many invocations Lambda would hand over at once; 1 unless the function runs on managed instances.</summary>
    public int MaxConcurrency { get; init; } = 1;

    public bool LogsAsJson { get; init; }

    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    public static LambdaEnvironment Read(Func<string, string?> variable) => new()
    {
        RuntimeApi = Text(variable("AWS_LAMBDA_RUNTIME_API")),
        Handler = Text(variable("ANNOTATIONS_HANDLER")) ?? Text(variable("_HANDLER")),
        FunctionName = variable("AWS_LAMBDA_FUNCTION_NAME") ?? "",
        FunctionVersion = variable("AWS_LAMBDA_FUNCTION_VERSION") ?? "",
        MemoryMb = Number(variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"), otherwise: 0),
        MaxConcurrency = Number(variable("AWS_LAMBDA_MAX_CONCURRENCY"), otherwise: 1),
        LogsAsJson = string.Equals(variable("AWS_LAMBDA_LOG_FORMAT"), "JSON", StringComparison.OrdinalIgnoreCase),
        LogLevel = LevelOf(variable("AWS_LAMBDA_LOG_LEVEL")),
    };

    private static string? Text(string? value) => string.IsNullOrWhiteSpace(value) ? null : value.Trim();

    private static int Number(string? value, int otherwise) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : otherwise;

    private static LogLevel LevelOf(string? value) => value?.ToUpperInvariant() switch
    {
        "TRACE" => LogLevel.Trace,
        "DEBUG" => LogLevel.Debug,
        "WARN" => LogLevel.Warning,
        "ERROR" => LogLevel.Error,
        "FATAL" => LogLevel.Critical,
        _ => LogLevel.Information,
    };
}
