namespace Loader.Application.Failures;

/// <summary>The outcomes of a load do not add up to the rows that it read. This is a defect of the loader.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class LedgerImbalanceException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
