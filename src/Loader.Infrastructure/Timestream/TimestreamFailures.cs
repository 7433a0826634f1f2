using Loader.Application.Results;
using Loader.Infrastructure.Aws.Json;

namespace Loader.Infrastructure.Timestream;

/// <summary>Turns errors that end a load into failures that say what can be done.</summary>
internal static class TimestreamFailures
{
    /// <summary>Makes the failure for an error.</summary>
    /// <param name="error">The error.</param>
    /// <param name="table">The table that the request was about.</param>
    /// <param name="attempts">How the request fared.</param>
    /// <returns>The failure.</returns>
    public static LoadException Of(ServiceError error, in TableName table, Attempts attempts) => error.Kind switch
    {
        ServiceErrorKind.NotFound => new DestinationMissingException(
            $"Table {table} does not exist, or the database does not: {error.Message}. Create it, or correct the names in the settings."),
        ServiceErrorKind.AccessDenied => AccessDenied(error, table),
        ServiceErrorKind.Throttled when RequestRetries.IsOfMagneticStore(error) => new ThrottledException(
            $"Table {table}: {error.Message}. The magnetic store has too many active partitions; that can last for hours, so waiting is of no use. "
            + "Load again later, and fewer files of different months at once."),
        ServiceErrorKind.Throttled => new ThrottledException(
            $"Table {table}: every request was throttled and none succeeded: {error.Message}. Load again later, or with a smaller MAX_CONCURRENCY."),
        ServiceErrorKind.Unavailable or ServiceErrorKind.InvalidEndpoint => new UnavailableException(
            $"Timestream cannot be reached or answers with errors; the request was sent {attempts.Errors + attempts.Throttles} times. Table {table}: {error}.",
            error.Cause),
        _ => new DestinationRefusedException($"Timestream refuses the request as such. Table {table}: {error}."),
    };

    private static DestinationAccessDeniedException AccessDenied(ServiceError error, in TableName table) =>
        IsClosedService(error)
            ? new DestinationAccessDeniedException(
                "This AWS account has no access to Timestream for LiveAnalytics: the service takes no new customers since 2025-06-20. "
                + $"Use an account that has it, or another sink. The service's words: {error.Message}.")
            : new DestinationAccessDeniedException(
                $"Table {table} may not be written with these credentials: {error}. Needed are timestream:WriteRecords and timestream:DescribeTable on the table, "
                + "and timestream:DescribeEndpoints on '*'.");

    /// <summary>
    /// Says whether the account, and not the identity, lacks access: "Only existing Timestream for LiveAnalytics customers can access the service."
    /// </summary>
    /// <param name="error">The error.</param>
    /// <returns>Whether it is that one.</returns>
    public static bool IsClosedService(ServiceError error) =>
        error.Message.Contains("existing", StringComparison.OrdinalIgnoreCase) && error.Message.Contains("customers", StringComparison.OrdinalIgnoreCase);
}
