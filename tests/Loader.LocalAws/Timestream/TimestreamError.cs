using Loader.LocalAws.Http;

namespace Loader.LocalAws.Timestream;

/// <summary>Timestream errors with the status codes of the API model.</summary>
internal static class TimestreamError
{
    // protocols 1.1: the namespace in __type.
    private const string Namespace = "com.amazonaws.timestream.v20181101";

    public static Reply Reply(ServiceCall call, int status, string code, string message) =>
        JsonReply.Error(call, status, Namespace, code, message);

    // protocols 1.5: 419, RejectedRecords and a message, no RecordsIngested.
    public static Reply Rejected(ServiceCall call, IReadOnlyList<RejectedRecord> rejected) =>
        JsonReply.Error(
            call,
            419,
            Namespace,
            "RejectedRecordsException",
            "One or more records have been rejected. See RejectedRecords for details.",
            json =>
            {
                json.WriteStartArray("RejectedRecords");
                foreach (var record in rejected)
                {
                    json.WriteStartObject();
                    json.WriteNumber("RecordIndex", record.RecordIndex);
                    json.WriteString("Reason", record.Reason);
                    if (record.ExistingVersion is { } version)
                    {
                        json.WriteNumber("ExistingVersion", version);
                    }

                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });

    // protocols 1.5: the statuses below.
    public static ServiceException Validation(string message) => new(400, "ValidationException", message);

    public static ServiceException NotFound(string message) => new(404, "ResourceNotFoundException", message);

    public static ServiceException Conflict(string message) => new(409, "ConflictException", message);

    public static ServiceException Quota(string message) => new(402, "ServiceQuotaExceededException", message);

    public static ServiceException Throttling() => new(429, "ThrottlingException", "Rate exceeded");

    public static ServiceException InvalidEndpoint() => new(421, "InvalidEndpointException", "The requested endpoint was not valid.");

    /// <summary>A violated constraint of the API model, worded like AWS services word it.</summary>
    public static ServiceException Constraint(string path, string constraint) =>
        Validation($"1 validation error detected: Value at '{path}' failed to satisfy constraint: {constraint}");
}
