namespace Loader.LocalAws.Lambda;

/// <summary>How an invocation ended.</summary>
public enum LambdaOutcome
{
    /// <summary>The function returned a response.</summary>
    Success,

    /// <summary>The function reported an error of the invocation.</summary>
    FunctionError,

    /// <summary>The runtime reported that it could not start, or its process ended.</summary>
    RuntimeError,

    /// <summary>The deadline passed without a response.</summary>
    TimedOut,
}
