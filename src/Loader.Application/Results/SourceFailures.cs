namespace Loader.Application.Results;

/// <summary>Neither the request nor the key names the dataset of the file.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class UnknownDatasetException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>Columns of the file are missing or have a type that cannot be used. The message lists every fault.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class SchemaMismatchException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <summary>
    /// Gets a value indicating whether the file holds rows that the loader kept, of another dataset. If a listing found it, it is skipped.
    /// </summary>
    public bool HoldsKeptRows { get; init; }

    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>A mapping leaves out every row of the file.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class EverythingFilteredException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>
/// A mapping gives several rows of the file the same series and time although their values differ. None of their row group is stored.
/// </summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class ConflictingRowsException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The file, its bucket or its version does not exist.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class SourceNotFoundException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>Access was denied when reading the file, or the store refuses to return it, for example because it is archived.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class SourceAccessDeniedException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The file is not a Parquet file, is damaged, or uses a feature that cannot be read safely.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class SourceCorruptException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}

/// <summary>The file was replaced while it was read, or after the load that should be resumed.</summary>
/// <param name="message">What happened and what to do.</param>
/// <param name="innerException">The cause, or <see langword="null"/>.</param>
public sealed class SourceChangedException(string message, Exception? innerException = null) : LoadException(message, innerException)
{
    /// <inheritdoc/>
    public override bool IsTransient => false;
}
