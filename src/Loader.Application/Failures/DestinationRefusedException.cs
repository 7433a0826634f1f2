namespace Loader.Application.Failures;

/// <summary>The destination refuses everything that is sent, for one and the same reason.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class DestinationRefusedException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
