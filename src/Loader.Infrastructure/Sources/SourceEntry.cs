using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.Sources;

/// <summary>One file of a source: one to load, one that is skipped, or a folder or file that could not be looked at.</summary>
/// <param name="File">The file. If <see cref="Failure"/> is set, the folder or file that it concerns.</param>
public sealed record SourceEntry(SourceFile File)
{
    /// <summary>Gets the size of the file, in bytes, or <see langword="null"/> if listing does not tell it.</summary>
    public long? Bytes { get; init; }

    /// <summary>Gets a value indicating whether the source is this file, and not a folder, prefix or pattern that leads to it.</summary>
    public bool IsNamed { get; init; }

    /// <summary>Gets why the file is not data, or <see langword="null"/> if it is to be loaded.</summary>
    public SkipReason? SkippedBecause { get; init; }

    /// <summary>Gets why a folder could not be listed, or <see langword="null"/>. The other folders of the source are listed.</summary>
    public LoadException? Failure { get; init; }
}
