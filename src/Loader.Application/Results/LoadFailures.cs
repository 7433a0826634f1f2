namespace Loader.Application.Results;

/// <summary>The event or input of a function has none of the known shapes, or names something that does not exist.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class InvalidEventException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>Settings are missing or invalid. The message names each of them, its value and what is allowed.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class ConfigurationException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <summary>Gets the single faults that the message lists; empty if it tells only one.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];

    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The source or the destination could not be reached, or kept failing.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class UnavailableException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>A row group needs more memory than the load may use.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class RowGroupTooLargeException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The distinct series of a file need more memory than the load may use for them.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class TooManySeriesException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => IsShared;

    /// <summary>
    /// Gets a value indicating whether other files in flight used a part of the memory for series. A load that meets it goes on when it
    /// is the only one that reads, so that it fails only if the series of its file alone do not fit.
    /// </summary>
    public bool IsShared { get; init; }
}

/// <summary>No row group was settled before the deadline, so running the load again in the same time would not help.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class NoProgressException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>More rows than allowed are invalid or rejected. All other rows are stored.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class TooManyInvalidRowsException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The outcomes of a load do not add up to the rows that it read. This is a defect of the loader.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class LedgerImbalanceException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>
/// The load stopped before its end (stop requested, deadline near, long throttling). Everything that its report covers is settled.
/// </summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="resume">The token to resume with, or <see langword="null"/> if the load did not begin.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class IncompleteLoadException(string message, ResumeToken? resume, Exception? innerException = null)
    : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;

    /// <summary>
    /// Gets the token to resume with, or <see langword="null"/> if the load did not begin and the next one starts from the first row group.
    /// </summary>
    public ResumeToken? Resume { get; } = resume;
}
