using System.Globalization;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Logging;

namespace Loader.Application;

internal static partial class Log
{
    private static readonly EventId EndedId = new(2, nameof(Ended));

    private static readonly string EndedFormat = "Ended {File}: {Status}, {Read} read, "
        + string.Join(", ", Ledger.Outcomes.Select(outcome => $"{{{outcome}}} {outcome.ToString().ToLowerInvariant()}"))
        + " in {ElapsedMs} ms";

    [LoggerMessage(
        1,
        LogLevel.Information,
        "Loading {File} as {Dataset}: {Rows} rows in {RowGroups} row groups, starting at row group {FromRowGroup}, version {Version}")]
    public static partial void Loading(
        this ILogger logger, string file, string dataset, long rows, int rowGroups, int fromRowGroup, ObjectVersion version);

    /// <summary>
    /// Logs the end of a load with one property for each count of its ledger, which a generated method would have to list.
    /// </summary>
    public static void Ended(this ILogger logger, LoadReport report)
    {
        if (!logger.IsEnabled(LogLevel.Information))
        {
            return;
        }

        string file = PlainText.Escape(report.File.ToString());
        long elapsedMs = (long)report.Elapsed.TotalMilliseconds;
        List<KeyValuePair<string, object?>> properties =
        [
            new("File", file),
            new("Status", report.Status),
            new("Read", report.Ledger.Read),
            .. Ledger.Outcomes.Select(outcome => new KeyValuePair<string, object?>(outcome.ToString(), report.Ledger[outcome])),
            new("ElapsedMs", elapsedMs),
            new("{OriginalFormat}", EndedFormat),
        ];
        string message = string.Create(CultureInfo.InvariantCulture, $"Ended {file}: {report.Status}, {report.Ledger} in {elapsedMs} ms");
        logger.Log(LogLevel.Information, EndedId, properties, exception: null, (_, _) => message);
    }

    [LoggerMessage(3, LogLevel.Debug, "Settled row group {RowGroup} of {File}: {Rows} rows in {ElapsedMs} ms")]
    public static partial void Settled(this ILogger logger, string file, int rowGroup, int rows, long elapsedMs);

    [LoggerMessage(
        4,
        LogLevel.Warning,
        "Row {Row} of row group {RowGroup} of {File} is invalid: {Reason}. It is not kept, because REJECTED_ROWS_LOCATION is not set")]
    public static partial void InvalidRow(this ILogger logger, string file, int rowGroup, int row, RejectionReason reason);

    [LoggerMessage(9, LogLevel.Warning, "Row {Row} of row group {RowGroup} of {File} is invalid: {Reason}")]
    public static partial void InvalidRowOfDryRun(this ILogger logger, string file, int rowGroup, int row, RejectionReason reason);

    [LoggerMessage(5, LogLevel.Warning, "The metrics of {File} could not be published; the load itself is not affected")]
    public static partial void MetricsNotPublished(this ILogger logger, string file, Exception exception);

    [LoggerMessage(
        6,
        LogLevel.Warning,
        "Row groups of {File} need up to {RowGroupBytes} bytes of memory: " +
        "processing {InFlight} at once instead of {Wanted}, to stay below {LimitBytes} bytes")]
    public static partial void FewerRowGroupsInFlight(
        this ILogger logger, string file, long rowGroupBytes, int inFlight, int wanted, long limitBytes);

    [LoggerMessage(
        7,
        LogLevel.Warning,
        "{AmbiguousTimes} local times of {File} occur twice in SOURCE_TIME_ZONE, because clocks were set back, but only once in the " +
        "file. They were read as the earlier instant; add offsets to the times if the later one is meant")]
    public static partial void AmbiguousTimes(this ILogger logger, string file, long ambiguousTimes);

    [LoggerMessage(
        8,
        LogLevel.Warning,
        "{File} was last modified in the future, at {LastModified:u}. A correction that is older than that cannot replace its records. " +
        "If the time is wrong, load the file with a version of its own (--version, or the version of the event)")]
    public static partial void LastModifiedInFuture(this ILogger logger, string file, DateTimeOffset lastModified);
}
