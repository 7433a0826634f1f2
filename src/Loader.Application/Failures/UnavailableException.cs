namespace Loader.Application.Failures;

/// <summary>The source or the destination could not be reached, or kept answering with errors of its own.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class UnavailableException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}
