namespace Loader.Lambda.Runtime;

/// <summary>An event that the Runtime API hands over.</summary>
/// <param name="Event">The event: JSON.</param>
/// <param name="Context">What Lambda says about it.</param>
internal sealed record Invocation(ReadOnlyMemory<byte> Event, LambdaContext Context);
