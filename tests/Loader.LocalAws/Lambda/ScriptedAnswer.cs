namespace Loader.LocalAws.Lambda;

/// <summary>An answer of the Invoke API that needs no runtime, or one call let through to it.</summary>
public sealed record ScriptedAnswer
{
    private ScriptedAnswer()
    {
    }

    internal string? Payload { get; private init; }

    internal string? ErrorType { get; private init; }

    internal string ErrorMessage { get; private init; } = string.Empty;

    internal int? Status { get; private init; }

    /// <summary>The call goes to the runtime.</summary>
    public static ScriptedAnswer Pass() => new();

    /// <summary>The function answers this JSON.</summary>
    public static ScriptedAnswer Answer(string json) => new() { Payload = json };

    /// <summary>The function fails with this error type, as an exception of that name would.</summary>
    public static ScriptedAnswer Error(string type, string message = "scripted") => new() { ErrorType = type, ErrorMessage = message };

    /// <summary>The Invoke API itself fails, for example 429 TooManyRequestsException.</summary>
    public static ScriptedAnswer ServiceError(int status, string code, string message = "scripted") =>
        new() { Status = status, ErrorType = code, ErrorMessage = message };
}
