namespace Loader.Application.Failures;

/// <summary>More rows than allowed are invalid or rejected. All other rows are stored.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class TooManyInvalidRowsException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
