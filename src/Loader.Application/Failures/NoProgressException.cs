namespace Loader.Application.Failures;

/// <summary>Not one row group could be finished before the deadline: calling again would never end.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class NoProgressException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
