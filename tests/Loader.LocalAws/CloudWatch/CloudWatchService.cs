using Loader.LocalAws.Http;

namespace Loader.LocalAws.CloudWatch;

/// <summary>PutMetricData in awsJson1_0 and in the query protocol, plain or gzip (protocols 3.1).</summary>
internal sealed class CloudWatchService(CloudWatchState state, LocalAwsOptions options)
{
    private const int MaxRequestBytes = 1_000_000;
    private const int MaxMetrics = 1000;

    public Reply Handle(ServiceCall call)
    {
        SigningScope.Require(call, "monitoring", options.Region); // protocols 3.1: signing name monitoring.
        call.Resource = "*";
        if (call.Operation is not "cloudwatch:PutMetricData")
        {
            throw call.IsQuery
                ? new ServiceException(400, "InvalidAction", $"Could not find operation {call.Operation} for version {QueryRequest.Version}")
                : new ServiceException(400, "UnknownOperationException", $"The operation {call.Operation} is not known.");
        }

        call.Body = Plain(call);

        // protocols 3.2: 1 MB per POST; counted without compression, the stricter reading.
        if (call.Body.Length > MaxRequestBytes)
        {
            throw new ServiceException(413, "RequestEntityTooLarge", "The request is larger than 1 MB.");
        }

        using var document = JsonMembers.Parse(call.IsQuery ? QueryRequest.ToJson(call.Body) : call.Body);
        var request = document.RootElement;
        var metricNamespace = MetricRules.Namespace(JsonMembers.Text(request, "Namespace"u8));
        var list = JsonMembers.List(request, "MetricData"u8) ?? throw CloudWatchError.Missing("MetricData");

        // protocols 3.2: at most 1000 metrics in a request.
        if (list.GetArrayLength() > MaxMetrics)
        {
            throw CloudWatchError.InvalidValue("The collection MetricData must not have a size greater than 1000.");
        }

        var now = options.TimeProvider.GetUtcNow();
        state.Add([.. list.EnumerateArray().Select(datum => MetricDatumJson.Read(datum, metricNamespace, now))]);
        return call.IsQuery ? QueryReply.Ok(call, QueryRequest.Namespace) : JsonReply.Ok(call, static _ => { });
    }

    private static ReadOnlyMemory<byte> Plain(ServiceCall call)
    {
        try
        {
            return RequestBody.Plain(call.Header("Content-Encoding"), call.Body);
        }
        catch (InvalidDataException)
        {
            throw new ServiceException(400, "SerializationException", "The request body is not gzip.");
        }
    }
}
