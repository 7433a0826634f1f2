namespace Loader.Infrastructure.Aws;

/// <summary>A header that a signature covers.</summary>
/// <param name="Name">The name in lower case.</param>
/// <param name="Value">The value.</param>
internal readonly record struct SignedHeader(string Name, string Value);
