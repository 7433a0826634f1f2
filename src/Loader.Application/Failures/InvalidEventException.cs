namespace Loader.Application.Failures;

/// <summary>The event or input that started a function has none of the known shapes, or asks for something that is not there.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class InvalidEventException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
