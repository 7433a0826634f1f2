using Loader.Application.Results;
using Loader.Infrastructure.Requests;
using Loader.Infrastructure.Timestream.Tables;

namespace Loader.Infrastructure.Timestream;

/// <summary>Converts service errors that end a load into exceptions whose message says what to do.</summary>
internal static class TimestreamErrors
{
    /// <summary>Converts an error.</summary>
    /// <param name="error">The error of the last attempt.</param>
    /// <param name="table">The table that the request was for.</param>
    /// <param name="counts">The counts of the request.</param>
    /// <returns>The exception.</returns>
    public static LoadException ToException(ServiceError error, in TableName table, RetryCounts counts) => error.Kind switch
    {
        ServiceErrorKind.NotFound => new DestinationMissingException(
            $"Table {table} or its database does not exist: {error.Message}. Create it or correct the names in the settings."),
        ServiceErrorKind.AccessDenied => AccessDenied(error, table),
        ServiceErrorKind.Throttled when error.LastsForHours => new ThrottledException(
            $"Table {table}: {error.Message}. The magnetic store has too many active partitions. This can last for hours, so the load "
            + "does not wait. "
            + "Load the file again later, and load fewer files of different months at the same time."),
        ServiceErrorKind.Throttled => new ThrottledException(
            $"Table {table}: every request was throttled and none succeeded: {error.Message}. Load the file again later, or with a lower "
            + "MAX_CONCURRENCY."),
        ServiceErrorKind.Unavailable or ServiceErrorKind.InvalidEndpoint => new UnavailableException(
            $"Timestream is unreachable or returns errors; the request was sent {counts.FailedAttempts} times. Table {table}: {error}. "
            + "Load the file again later; if it fails again, check the network and the endpoint settings.",
            error.Cause),
        _ when error.LacksServiceCode => new DestinationRefusedException(
            $"The response has no error code of Timestream, so it probably comes from another server or a proxy. Table {table}: {error}. "
            + "Check AWS_ENDPOINT_URL_TIMESTREAM_WRITE, AWS_ENDPOINT_URL and the proxy settings."),
        _ => new DestinationRefusedException($"Timestream rejects the request as a whole. Table {table}: {error}."),
    };

    /// <summary>Converts an error of a query.</summary>
    /// <param name="error">The error of the last attempt.</param>
    /// <param name="table">The table that the query was for.</param>
    /// <param name="counts">The counts of the request.</param>
    /// <returns>The exception.</returns>
    public static LoadException FromQuery(ServiceError error, in TableName table, RetryCounts counts) => error.Kind switch
    {
        ServiceErrorKind.AccessDenied when !IsClosedService(error) => new DestinationAccessDeniedException(
            $"Access denied querying table {table}: {error}. The credentials need timestream:Select on the table, and "
            + "timestream:DescribeEndpoints on '*'."),
        ServiceErrorKind.AccessDenied => AccessDenied(error, table),
        ServiceErrorKind.Throttled => new ThrottledException(
            $"Table {table}: every query was throttled: {error.Message}. Run the command again later."),
        ServiceErrorKind.Unavailable or ServiceErrorKind.InvalidEndpoint => new UnavailableException(
            $"Timestream is unreachable or returns errors; the query was sent {counts.FailedAttempts} times. Table {table}: {error}. Run "
            + "the command again later; if it fails again, check the network and the endpoint settings.",
            error.Cause),
        ServiceErrorKind.NotFound or ServiceErrorKind.Validation when error.Message.Contains("not exist", StringComparison.Ordinal) =>
            new DestinationMissingException(
                $"Table {table} or its database does not exist: {error.Message}. Correct the names in the settings."),
        _ when error.LacksServiceCode => new DestinationRefusedException(
            $"The response has no error code of Timestream, so it probably comes from another server or a proxy. Table {table}: {error}. "
            + "Check AWS_ENDPOINT_URL_TIMESTREAM_QUERY, AWS_ENDPOINT_URL and the proxy settings."),
        _ => new DestinationRefusedException($"Timestream refuses the query. Table {table}: {error}."),
    };

    /// <summary>
    /// Returns whether the account, and not the identity, lacks access: "Only existing Timestream for LiveAnalytics customers can access
    /// the service."
    /// </summary>
    /// <param name="error">The error.</param>
    /// <returns>Whether the error message says so.</returns>
    public static bool IsClosedService(ServiceError error) =>
        error.Message.Contains("existing", StringComparison.OrdinalIgnoreCase)
            && error.Message.Contains("customers", StringComparison.OrdinalIgnoreCase);

    private static DestinationAccessDeniedException AccessDenied(ServiceError error, in TableName table) =>
        IsClosedService(error)
            ? new DestinationAccessDeniedException(
                "This AWS account has no access to Timestream for LiveAnalytics, which has accepted no new customers since 2025-06-20. "
                + $"Use an account with access or another sink. The service's message: {error.Message}.")
            : new DestinationAccessDeniedException(
                $"Access denied to table {table}: {error}. The credentials need timestream:WriteRecords and timestream:DescribeTable on "
                + "the table, "
                + "and timestream:DescribeEndpoints on '*'.");
}
