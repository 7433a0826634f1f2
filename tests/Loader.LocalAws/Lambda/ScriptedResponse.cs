namespace Loader.LocalAws.Lambda;

/// <summary>A response of the Invoke API that needs no runtime, or one call that is passed to the runtime.</summary>
public sealed record ScriptedResponse
{
    private ScriptedResponse()
    {
    }

    internal string? Payload { get; private init; }

    internal string? ErrorType { get; private init; }

    internal string ErrorMessage { get; private init; } = string.Empty;

    internal int? Status { get; private init; }

    /// <summary>Passes the call to the runtime.</summary>
    public static ScriptedResponse Pass() => new();

    /// <summary>The function returns this JSON.</summary>
    public static ScriptedResponse Success(string json) => new() { Payload = json };

    /// <summary>The function fails with this error type, as with an exception of that name.</summary>
    public static ScriptedResponse Error(string type, string message = "scripted") => new() { ErrorType = type, ErrorMessage = message };

    /// <summary>The Invoke API itself fails, for example 429 TooManyRequestsException.</summary>
    public static ScriptedResponse ServiceError(int status, string code, string message = "scripted") =>
        new() { Status = status, ErrorType = code, ErrorMessage = message };
}
