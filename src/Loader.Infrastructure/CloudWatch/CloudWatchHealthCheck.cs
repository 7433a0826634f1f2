using System.Buffers;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.CloudWatch;

/// <summary>Checks whether metrics can be published. CloudWatch has no request that shows the right without publishing one.</summary>
/// <param name="options">The namespace.</param>
/// <param name="aws">The AWS settings and credentials.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class CloudWatchHealthCheck(MetricsOptions options, AwsConnection aws, TimeProvider timeProvider)
{
    /// <summary>The name of the metric, which no alarm and no dashboard of the loader reads.</summary>
    public const string MetricName = "SetupChecks";

    private const string Name = "right to publish metrics";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Publishes the value 1.</summary>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>What was found.</returns>
    public async Task<CheckResult> PublishAsync(CancellationToken cancellationToken)
    {
        ServiceError? error;
        try
        {
            AwsEndpoint endpoint = aws.Endpoint(AwsService.CloudWatch);
            using JsonProtocolClient client = aws.Client(AwsService.CloudWatch, endpoint, connections: 1);
            ServiceResponse response =
                await client.SendAsync(endpoint.Address, "PutMetricData", Body(), Timeout, cancellationToken).ConfigureAwait(false);
            error = response.Error;
        }
        catch (LoadException failure)
        {
            return CheckResult.Failed(Name, failure);
        }

        return error switch
        {
            null => CheckResult.Ok(Name, $"The metric {MetricName} with the value 1 was published in the namespace {options.Namespace}."),
            { Kind: ServiceErrorKind.AccessDenied } => CheckResult.Failed(
                Name, $"Access denied: {error}.", $"Grant cloudwatch:PutMetricData for the namespace {options.Namespace}."),
            _ => CheckResult.Warning(Name, $"Not shown: CloudWatch answered with {error}.", "Run the check again."),
        };
    }

    private ReadOnlyMemory<byte> Body()
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("Namespace"u8, options.Namespace);
        writer.WriteStartArray("MetricData"u8);
        writer.WriteStartObject();
        writer.WriteString("MetricName"u8, MetricName);
        writer.WriteNumber("Timestamp"u8, timeProvider.GetUtcNow().ToUnixTimeSeconds());
        writer.WriteNumber("Value"u8, 1);
        writer.WriteString("Unit"u8, "Count"u8);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }
}
