namespace Loader.Application.Failures;

/// <summary>Rows were rejected and could not be kept: no place is configured, or writing to it failed.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="isTransient">Whether the place may work again later; not so where none is configured.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class RejectedRowsNotKeptException(string message, bool isTransient, Exception? innerException = null)
    : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient { get; } = isTransient;
}
