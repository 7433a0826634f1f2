using Loader.Application.Results;

namespace Loader.Application;

/// <summary>How one load of <see cref="LoadParquetFiles"/> ended.</summary>
/// <param name="Request">The request.</param>
/// <param name="Report">The report, or <see langword="null"/> if an unexpected exception left none.</param>
/// <param name="Failure">
/// What <see cref="LoadParquetFile"/> threw, or <see langword="null"/> if the load succeeded or the file was skipped: a
/// <see cref="LoadException"/>, a <see cref="LoadCanceledException"/>, or an unexpected exception.
/// </param>
public sealed record LoadResult(LoadRequest Request, LoadReport? Report, Exception? Failure)
{
    /// <summary>Gets how the load ended. A load without a report failed.</summary>
    public LoadStatus Status => Report?.Status ?? LoadStatus.Failed;
}
