namespace Loader.Lambda.Runtime;

/// <summary>The Runtime API refused a call or answered what cannot be understood: the process is to end.</summary>
internal sealed class RuntimeApiException(string message) : Exception(message);
