using Loader.Domain;

namespace Loader.Cli.Loading;

/// <summary>What <see cref="SourceLoader"/> reports while it runs, from several threads.</summary>
internal abstract record FileProgress;

/// <summary>A file is about to be loaded.</summary>
/// <param name="File">The file.</param>
/// <param name="Number">Its number among all files, from 1.</param>
/// <param name="FileCount">The number of files found so far.</param>
internal sealed record FileStarted(SourceFile File, int Number, int FileCount) : FileProgress;

/// <summary>More rows of a file have an outcome.</summary>
/// <param name="File">The file.</param>
/// <param name="Settled">The rows that have an outcome.</param>
/// <param name="Total">The rows in the file.</param>
internal sealed record FileAdvanced(SourceFile File, long Settled, long Total) : FileProgress;

/// <summary>The load of a file ended.</summary>
/// <param name="File">The file.</param>
/// <param name="Result">How it ended.</param>
/// <param name="Ended">The number of files whose loads have ended, this one included.</param>
/// <param name="FileCount">The number of files found so far.</param>
internal sealed record FileEnded(SourceFile File, FileResult Result, int Ended, int FileCount) : FileProgress;
