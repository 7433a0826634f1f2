namespace Loader.Application.Failures;

/// <summary>The file is not of its dataset: columns are missing or of a type that cannot be used. The message lists every fault.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class SchemaMismatchException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
