namespace Loader.Application.Failures;

/// <summary>The file is not Parquet, is damaged, or uses something that cannot be read safely.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class SourceCorruptException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
