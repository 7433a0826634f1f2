namespace Loader.Application.Results;

/// <summary>The database or table to write to does not exist.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class DestinationMissingException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The destination may not be written, or the account has no access to the service.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class DestinationAccessDeniedException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The destination refuses everything that is sent, for one and the same reason.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class DestinationRefusedException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

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
