using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream;

/// <summary>What the Timestream sink says.</summary>
internal static partial class Log
{
    [LoggerMessage(2001, LogLevel.Warning, "Timestream: {Code}: {Message} The request is sent again in {Delay}; {Count} since the last of these lines.")]
    public static partial void Retrying(this ILogger logger, string code, string message, TimeSpan delay, int count);

    [LoggerMessage(2002, LogLevel.Debug, "Timestream: {Code}: {Message} The request is sent again in {Delay}.")]
    public static partial void RetryingAgain(this ILogger logger, string code, string message, TimeSpan delay);

    [LoggerMessage(2003, LogLevel.Warning,
        "Table {Table} may not be described ({Message}); its retention is not known, so rows outside of it are found only when the service refuses them.")]
    public static partial void RetentionUnknown(this ILogger logger, string table, string message);

    [LoggerMessage(2004, LogLevel.Warning,
        "Table {Table} takes rows older than its memory store but has no place for rejected data: what the magnetic store refuses later is lost without a trace. "
        + "Set MagneticStoreRejectedDataLocation on the table.")]
    public static partial void NoRejectedDataLocation(this ILogger logger, string table);

    [LoggerMessage(2005, LogLevel.Debug, "Row group {RowGroup}: {Written} of {Rows} rows written with {Requests} requests.")]
    public static partial void BatchWritten(this ILogger logger, int rowGroup, int written, int rows, long requests);

    [LoggerMessage(2006, LogLevel.Warning, "A record is refused on its own, row {Row} of row group {RowGroup}: {Message}")]
    public static partial void RecordRefused(this ILogger logger, int row, int rowGroup, string message);
}
