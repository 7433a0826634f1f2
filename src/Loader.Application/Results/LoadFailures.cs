namespace Loader.Application.Results;

/// <summary>The event or input that started a function has none of the known shapes, or asks for something that is not there.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class InvalidEventException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>Settings are missing or wrong. The message names each, its value and what is allowed.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class ConfigurationException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The source or the destination could not be reached, or kept answering with errors of its own.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class UnavailableException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => true;
}

/// <summary>A row group does not fit the memory that the load may use.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class RowGroupTooLargeException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>Not one row group could be finished before the deadline: calling again would never end.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class NoProgressException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>More rows than allowed are invalid or rejected. All other rows are stored.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class TooManyInvalidRowsException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The outcomes of a load do not add up to the rows that it read. This is a defect of the loader.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class LedgerImbalanceException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
