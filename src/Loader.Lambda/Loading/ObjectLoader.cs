using System.Runtime.ExceptionServices;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loader.Lambda.Loading;

/// <summary>Loads the objects of one event, several at once.</summary>
/// <remarks>A failed load does not stop the loads of the other objects.</remarks>
/// <param name="load">The use case.</param>
/// <param name="rejectedRows">The store of rejected rows; its objects are skipped, unless a person names one.</param>
/// <param name="options">The options of a load.</param>
/// <param name="sourcePrefix">The prefix of the source: <see cref="DataFileRule"/> does not judge the segments above it.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs skipped objects.</param>
internal sealed class ObjectLoader(
    LoadParquetFiles load,
    IRejectedRowStore rejectedRows,
    IOptions<LoadOptions> options,
    string sourcePrefix,
    TimeProvider time,
    ILogger<ObjectLoader> logger)
{
    /// <summary>Loads every object once, even if the event names it several times.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="deadline">The time by which all loads must end.</param>
    /// <param name="stopRequested">Stops the loads as a deadline does.</param>
    /// <returns>One outcome per object, in the order in which the event first names the objects.</returns>
    public async Task<IReadOnlyList<ObjectOutcome>> RunAsync(
        IEnumerable<LoadRequest> objects, DateTimeOffset deadline, CancellationToken stopRequested)
    {
        LoadRequest[] distinct = [.. objects.DistinctBy(item => item.File)];
        var outcomes = new Dictionary<SourceFile, ObjectOutcome>();
        var toLoad = new List<LoadRequest>();
        foreach (LoadRequest item in distinct)
        {
            if (Judge(item) is { } reason)
            {
                outcomes.Add(item.File, Skip(item.File, reason));
            }
            else
            {
                toLoad.Add(item with { Deadline = deadline, StopRequested = stopRequested });
            }
        }

        await foreach (LoadResult result in load
            .LoadAsync(TakeInTimeAsync(toLoad, deadline), CancellationToken.None)
            .ConfigureAwait(false))
        {
            outcomes.Add(result.Request.File, Conclude(result, isFirst: result.Request == toLoad[0]));
        }

        foreach (LoadRequest item in toLoad)
        {
            outcomes.TryAdd(
                item.File,
                Fail(item.File, stopRequested.IsCancellationRequested ? Stopped(item.File) : NotStarted(item.File, cause: null)));
        }

        return [.. distinct.Select(item => outcomes[item.File])];
    }

    /// <summary>
    /// Takes objects until earlier ones have used up the time. Nothing is wrong with those that are left, so they fail with a transient
    /// exception.
    /// </summary>
    private async IAsyncEnumerable<LoadRequest> TakeInTimeAsync(List<LoadRequest> requests, DateTimeOffset deadline)
    {
        // Nothing is awaited here: the loads take a request when they have room for it.
        await Task.CompletedTask.ConfigureAwait(false);
        for (int i = 0; i < requests.Count && (i == 0 || deadline - time.GetUtcNow() > options.Value.DeadlineGrace); i++)
        {
            yield return requests[i];
        }
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

    private ObjectOutcome Conclude(LoadResult result, bool isFirst)
    {
        SourceFile file = result.Request.File;
        return result switch
        {
            { Failure: NoProgressException failure } when !isFirst => Fail(file, NotStarted(file, failure)),
            { Failure: { } failure } => Fail(file, failure),
            { Report.SkippedBecause: { } reason } => Skip(file, reason),
            _ => new ObjectOutcome(file) { Report = result.Report },
        };
    }

    private static ObjectOutcome Fail(SourceFile file, Exception failure) =>
        new(file) { Failure = ExceptionDispatchInfo.Capture(failure) };

    private static IncompleteLoadException Stopped(SourceFile file) =>
        new(
            $"{PlainText.Escape(file.ToString())} was not loaded, because a stop was requested before it began. Run it again.",
            resume: null)
        {
            File = file,
        };

    private static IncompleteLoadException NotStarted(SourceFile file, NoProgressException? cause) =>
        new(
            $"{PlainText.Escape(file.ToString())} was not loaded: " +
            "other objects of the same event left no time. Retry it; if this recurs, use smaller batches or a longer function timeout.",
            resume: null,
            cause)
        {
            File = file,
        };
}
