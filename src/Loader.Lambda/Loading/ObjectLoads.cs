using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Lambda.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loader.Lambda.Loading;

/// <summary>Loads the objects of one event, one after the other, so that each may use all of the function's memory. All are tried, whatever becomes of the others.</summary>
/// <param name="load">The use case.</param>
/// <param name="rejectedRows">Says which objects the loader wrote itself.</param>
/// <param name="options">How loads behave.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Told of objects that are passed by.</param>
internal sealed class ObjectLoads(
    LoadParquetFile load, IRejectedRowStore rejectedRows, IOptions<LoadOptions> options, TimeProvider time, ILogger<ObjectLoads> logger)
{
    private const string Suffix = ".parquet";

    /// <summary>Loads every object once, however often the event names it.</summary>
    /// <param name="objects">The objects.</param>
    /// <param name="deadline">When all of them must have ended.</param>
    /// <param name="cancellationToken">Abandons the loads.</param>
    /// <returns>What became of each, in the order of their first mention.</returns>
    public async Task<IReadOnlyList<ObjectOutcome>> RunAsync(
        IEnumerable<ObjectToLoad> objects, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var outcomes = new List<ObjectOutcome>();
        bool isFirst = true;
        foreach (ObjectToLoad item in objects.DistinctBy(item => item.Request.File))
        {
            SourceFile file = item.Request.File;
            if (WhyToSkip(file, item.Size) is { } reason)
            {
                logger.Skipped(PlainText.Escape(file.ToString()), reason);
                outcomes.Add(new ObjectOutcome(file) { Skipped = reason });
                continue;
            }

            outcomes.Add(await LoadAsync(item.Request with { Deadline = deadline }, deadline, isFirst, cancellationToken).ConfigureAwait(false));
            isFirst = false;
        }

        return outcomes;
    }

    private string? WhyToSkip(SourceFile file, long? size) =>
        file.Key.EndsWith('/') ? "folder marker"
        : !file.Key.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) ? (size == 0 ? "folder marker" : "not a .parquet key")
        : rejectedRows.Holds(file) ? "rejected rows"
        : null;

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "A defect met by one object is reported after the others are tried.")]
    private async Task<ObjectOutcome> LoadAsync(LoadRequest request, DateTimeOffset deadline, bool isFirst, CancellationToken cancellationToken)
    {
        try
        {
            // The objects before took the time that this one needs. Nothing is wrong with it, so the event may come again.
            if (!isFirst && deadline - time.GetUtcNow() <= options.Value.DeadlineGrace)
            {
                throw NotBegun(request.File, cause: null);
            }

            try
            {
                return new ObjectOutcome(request.File) { Report = await load.LoadAsync(request, cancellationToken).ConfigureAwait(false) };
            }
            catch (NoProgressException exception) when (!isFirst)
            {
                throw NotBegun(request.File, exception);
            }
        }
        catch (Exception exception)
        {
            return new ObjectOutcome(request.File) { Failure = ExceptionDispatchInfo.Capture(exception) };
        }
    }

    private static IncompleteLoadException NotBegun(SourceFile file, NoProgressException? cause) =>
        new($"{PlainText.Escape(file.ToString())} was not loaded: the objects before it in the same event took the time.", resume: null, cause) { File = file };
}
