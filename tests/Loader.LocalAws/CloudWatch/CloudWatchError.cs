using Loader.LocalAws.Http;

namespace Loader.LocalAws.CloudWatch;

/// <summary>CloudWatch errors: the shape name in the body, and the older query code in a header if the caller requested it (protocols 3.1).</summary>
internal static class CloudWatchError
{
    private const string Namespace = "com.amazonaws.cloudwatch.v2010_08_01";

    public static Reply Reply(ServiceCall call, int status, string code, string message)
    {
        if (call.IsQuery)
        {
            return QueryReply.Error(call, QueryRequest.Namespace, status, code, message);
        }

        var reply = JsonReply.Error(call, status, Namespace, Shape(code), message);
        return call.Header("x-amzn-query-mode") is "true"
            ? reply.With("x-amzn-query-error", $"{code};{(status < 500 ? "Sender" : "Receiver")}")
            : reply;
    }

    // protocols 3.1: the modelled errors; all are 400 except internal errors.
    public static ServiceException InvalidValue(string message) => new(400, "InvalidParameterValue", message);

    public static ServiceException Missing(string parameter) => new(400, "MissingParameter", $"The parameter {parameter} is required.");

    public static ServiceException InvalidCombination(string message) => new(400, "InvalidParameterCombination", message);

    private static string Shape(string code) => code switch
    {
        "InvalidParameterValue" => "InvalidParameterValueException",
        "MissingParameter" => "MissingRequiredParameterException",
        "InvalidParameterCombination" => "InvalidParameterCombinationException",
        "InternalServiceError" => "InternalServiceFault",
        _ => code,
    };
}
