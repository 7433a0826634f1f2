namespace Loader.Application.Failures;

/// <summary>Neither the request nor the key says which dataset a file belongs to.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class UnknownDatasetException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
