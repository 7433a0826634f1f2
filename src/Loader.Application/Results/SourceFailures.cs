namespace Loader.Application.Results;

/// <summary>Neither the request nor the key says which dataset a file belongs to.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class UnknownDatasetException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The file is not of its dataset: columns are missing or of a type that cannot be used. The message lists every fault.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class SchemaMismatchException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The file, its bucket or its version does not exist.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class SourceNotFoundException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The file may not be read.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class SourceAccessDeniedException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The file is not Parquet, is damaged, or uses something that cannot be read safely.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class SourceCorruptException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The file was replaced while it was read, or since the load that is to be resumed.</summary>
/// <param name="message">What happened and what can be done.</param>
/// <param name="innerException">The cause, where there is one.</param>
public sealed class SourceChangedException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
