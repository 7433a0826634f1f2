using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loader.Lambda.Loading;

/// <summary>Loads the objects of one event one after another, so that each load can use all of the function's memory.</summary>
/// <remarks>A failed load does not stop the loads of the other objects.</remarks>
/// <param name="load">The use case.</param>
/// <param name="rejectedRows">The store of rejected rows; its objects are skipped, unless a person names one.</param>
/// <param name="options">The options of a load.</param>
/// <param name="sourcePrefix">The prefix of the source: <see cref="DataFileRule"/> does not judge the segments above it.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs skipped objects.</param>
internal sealed class ObjectLoader(
    LoadParquetFile load,
    IRejectedRowStore rejectedRows,
    IOptions<LoadOptions> options,
    string sourcePrefix,
    TimeProvider time,
    ILogger<ObjectLoader> logger)
{
    /// <summary>Loads every object once, even if the event names it several times.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="deadline">The time by which all loads must end.</param>
    /// <param name="cancellationToken">Cancels the loads.</param>
    /// <returns>One outcome per object, in the order in which the event first names the objects.</returns>
    public async Task<IReadOnlyList<ObjectOutcome>> RunAsync(
        IEnumerable<LoadRequest> objects, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var outcomes = new List<ObjectOutcome>();
        bool isFirst = true;
        foreach (LoadRequest item in objects.DistinctBy(item => item.File))
        {
            if (Judge(item) is { } reason)
            {
                outcomes.Add(Skip(item.File, reason));
                continue;
            }

            outcomes.Add(await LoadAsync(item with { Deadline = deadline }, deadline, isFirst, cancellationToken).ConfigureAwait(false));
            isFirst = false;
        }

        return outcomes;
    }

    /// <summary>
    /// Returns why an object that an event or a listing found is skipped. What a person names is loaded, whatever its name.
    /// </summary>
    private SkipReason? Judge(LoadRequest request) =>
        !request.IsListed ? null
        : DataFileRule.Judge(request.File.Key, sourcePrefix)
            ?? (rejectedRows.Holds(request.File) ? SkipReason.KeptRows : null);

    private ObjectOutcome Skip(SourceFile file, SkipReason reason)
    {
        logger.Skipped(PlainText.Escape(file.ToString()), reason.ToJsonName());
        return new ObjectOutcome(file) { SkipReason = reason };
    }

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "A defect in one load is reported after the other objects were tried.")]
    private async Task<ObjectOutcome> LoadAsync(
        LoadRequest request, DateTimeOffset deadline, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            // Earlier objects used up the time. Nothing is wrong with this one, so it fails with a transient exception.
            if (!isFirst && deadline - time.GetUtcNow() <= options.Value.DeadlineGrace)
            {
                throw NotStarted(request.File, cause: null);
            }

            try
            {
                LoadReport report = await load.LoadAsync(request, cancellationToken).ConfigureAwait(false);
                return report.SkippedBecause is { } reason
                    ? Skip(request.File, reason)
                    : new ObjectOutcome(request.File) { Report = report };
            }
            catch (NoProgressException exception) when (!isFirst)
            {
                throw NotStarted(request.File, exception);
            }
        }
        catch (Exception exception)
        {
            return new ObjectOutcome(request.File) { Failure = ExceptionDispatchInfo.Capture(exception) };
        }
    }

    private static IncompleteLoadException NotStarted(SourceFile file, NoProgressException? cause) =>
        new(
            $"{PlainText.Escape(file.ToString())} was not loaded: " +
            "earlier objects of the same event left no time. Retry it; if this recurs, use smaller batches or a longer function timeout.",
            resume: null,
            cause)
        {
            File = file,
        };
}
