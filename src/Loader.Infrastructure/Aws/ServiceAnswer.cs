namespace Loader.Infrastructure.Aws;

/// <summary>What came of a request: the body of a success, or an error.</summary>
/// <param name="Body">The body of a success.</param>
/// <param name="Error">The error, or <see langword="null"/> for a success.</param>
internal readonly record struct ServiceAnswer(ReadOnlyMemory<byte> Body, ServiceError? Error = null)
{
    /// <summary>Makes the answer of an error.</summary>
    /// <param name="error">The error.</param>
    public static implicit operator ServiceAnswer(ServiceError error) => new(default, error);
}
