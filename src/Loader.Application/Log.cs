using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Logging;

namespace Loader.Application;

internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Loading {File} as {Dataset}: {Rows} rows in {RowGroups} row groups from row group {FromRowGroup}, version {Version}")]
    public static partial void Loading(
        this ILogger logger, string file, string dataset, long rows, int rowGroups, int fromRowGroup, ObjectVersion version);

    [LoggerMessage(2, LogLevel.Information, "Ended {File}: {Status}, {Read} read, {Written} written, {Superseded} superseded, {Duplicate} duplicate, {Invalid} invalid, {Rejected} rejected, {Unsettled} unsettled in {ElapsedMs} ms")]
    public static partial void Ended(
        this ILogger logger, string file, LoadStatus status, long read, long written, long superseded, long duplicate, long invalid, long rejected, long unsettled, long elapsedMs);

    [LoggerMessage(3, LogLevel.Debug, "Settled row group {RowGroup} of {File}: {Rows} rows in {ElapsedMs} ms")]
    public static partial void Settled(this ILogger logger, string file, int rowGroup, int rows, long elapsedMs);

    [LoggerMessage(4, LogLevel.Warning, "Row {Row} of row group {RowGroup} of {File} is invalid: {Reason}. It is kept nowhere else, as no place for rejected rows is configured")]
    public static partial void InvalidRow(this ILogger logger, string file, int rowGroup, int row, RejectionReason reason);

    [LoggerMessage(5, LogLevel.Warning, "Metrics of {File} could not be published; the load itself is not affected")]
    public static partial void MetricsNotPublished(this ILogger logger, string file, Exception exception);

    [LoggerMessage(6, LogLevel.Warning, "{File} has row groups of up to {RowGroupBytes} bytes in memory: {InFlight} instead of {Wanted} are worked on at once, to stay below {LimitBytes} bytes")]
    public static partial void FewerRowGroupsInFlight(this ILogger logger, string file, long rowGroupBytes, int inFlight, int wanted, long limitBytes);
}
