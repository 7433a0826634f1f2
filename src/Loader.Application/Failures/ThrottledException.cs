namespace Loader.Application.Failures;

/// <summary>The destination kept throttling for longer than the load may wait.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class ThrottledException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;

    /// <summary>
    /// Gets a value indicating whether the cause lasts for hours, as with Timestream's limit of active magnetic-store partitions (up to 6 h): a load that got
    /// anywhere then ends as <see cref="IncompleteLoadException"/>, to be resumed later.
    /// </summary>
    public bool LastsForHours { get; init; }
}
