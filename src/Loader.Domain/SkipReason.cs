namespace Loader.Domain;

/// <summary>
/// Why a file of a folder, a prefix or an event is not loaded. A file that a person names is never skipped, unless it is known to be
/// loaded.
/// </summary>
/// <remarks>The names are members of JSON output, in snake_case: do not rename them.</remarks>
public enum SkipReason
{
    /// <summary>The name does not end with <c>.parquet</c>.</summary>
    NotParquet,

    /// <summary>The name, or a folder below the source, begins with <c>_</c> or <c>.</c>: see <see cref="DataFileRule"/>.</summary>
    Hidden,

    /// <summary>The file holds rows that the loader kept because they were invalid or rejected.</summary>
    KeptRows,

    /// <summary>It is neither a regular file nor a folder: for example a pipe, a socket or a device.</summary>
    NotRegularFile,

    /// <summary>It is a link to a file or folder that the same source contains already.</summary>
    Repeated,

    /// <summary>Kept rows are replayed, and the file holds none.</summary>
    NotKeptRows,

    /// <summary>An earlier load wrote all rows of the same content to the same destination.</summary>
    AlreadyLoaded,

    /// <summary>It matches neither the source, which is a pattern, nor a pattern of what to include.</summary>
    NotIncluded,

    /// <summary>It matches a pattern of what to exclude.</summary>
    Excluded,

    /// <summary>It was last modified before the time that was asked for.</summary>
    NotModifiedSince,
}
