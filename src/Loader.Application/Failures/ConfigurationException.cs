namespace Loader.Application.Failures;

/// <summary>Settings are missing or wrong. The message names each, its value and what is allowed.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class ConfigurationException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
