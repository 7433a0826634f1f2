namespace Loader.Application.Results;

/// <summary>The database or table does not exist.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class DestinationMissingException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>Access was denied when writing to the destination, or the account has no access to the service.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class DestinationAccessDeniedException(string message, Exception? innerException = null)
    : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The destination refuses every record for the same reason.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class DestinationRefusedException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The destination throttled for longer than the load may wait.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class ThrottledException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;

    /// <summary>
    /// Gets a value indicating whether the throttling lasts for hours, such as up to 6 h at Timestream's limit of active magnetic-store
    /// partitions. A load that made progress then ends with an <see cref="IncompleteLoadException"/>, to be resumed later.
    /// </summary>
    public bool LastsForHours { get; init; }
}

/// <summary>Rejected rows could not be kept: no location is configured, or writing to it failed.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="isTransient">
/// <see langword="true"/> if writing to the location failed and may work later; <see langword="false"/> if none is configured.
/// </param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class RejectedRowsNotKeptException(string message, bool isTransient, Exception? innerException = null)
    : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient { get; } = isTransient;
}
