using Loader.Domain;

namespace Loader.Cli.Loading;

/// <summary>What <see cref="SourceLoader"/> reports while it runs.</summary>
internal abstract record FileProgress;

/// <summary>A file is about to be loaded.</summary>
/// <param name="File">The file.</param>
/// <param name="Number">Its number among all files, from 1.</param>
/// <param name="FileCount">The number of all files.</param>
internal sealed record FileStarted(SourceFile File, int Number, int FileCount) : FileProgress;

/// <summary>More rows of the current file have an outcome.</summary>
/// <param name="Settled">The rows that have an outcome.</param>
/// <param name="Total">The rows in the file.</param>
internal sealed record FileAdvanced(long Settled, long Total) : FileProgress;

/// <summary>The load of a file ended.</summary>
/// <param name="Result">How it ended.</param>
internal sealed record FileEnded(FileResult Result) : FileProgress;
