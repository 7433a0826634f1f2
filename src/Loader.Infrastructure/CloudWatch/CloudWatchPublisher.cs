using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;

namespace Loader.Infrastructure.CloudWatch;

/// <summary>Publishes the counts of a load to CloudWatch, in one request, with the dimension <c>DatasetType</c>.</summary>
/// <remarks>
/// <c>ProcessingErrors</c> is 1 for a failed load and 0 for any other, so that its sum counts failed loads. A load should not wait for its
/// metrics, so there are few attempts with short timeouts.
/// </remarks>
/// <param name="options">The settings of the metrics.</param>
/// <param name="aws">The connection to AWS.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class CloudWatchPublisher(MetricsOptions options, AwsConnection aws, TimeProvider timeProvider)
    : IMetricsPublisher, IDisposable
{
    private const int MaxAttempts = 3;

    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(3);

    private readonly Lazy<(JsonProtocolClient Client, Uri Address)> _cloudWatch = new(() =>
    {
        AwsEndpoint endpoint = aws.Endpoint(AwsService.CloudWatch);
        return (aws.Client(AwsService.CloudWatch, endpoint, connections: 4), endpoint.Address);
    });

    /// <inheritdoc/>
    /// <exception cref="LoadException">CloudWatch cannot be reached, or refuses the metrics.</exception>
    public async Task PublishAsync(LoadReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        byte[] body = MetricData.Serialize(options.Namespace, report, timeProvider.GetUtcNow());
        (JsonProtocolClient client, Uri address) = _cloudWatch.Value;
        for (int attempt = 1; ; attempt++)
        {
            ServiceResponse response = await client.SendAsync(address, "PutMetricData", body, RequestTimeout, cancellationToken)
                .ConfigureAwait(false);
            if (response.Error is not { } error)
            {
                return;
            }

            bool isTransient = error.Kind is ServiceErrorKind.Throttled or ServiceErrorKind.Unavailable;
            if (!isTransient || attempt == MaxAttempts)
            {
                throw Failure(error, isTransient, attempt);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(100 * attempt), timeProvider, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_cloudWatch.IsValueCreated)
        {
            _cloudWatch.Value.Client.Dispose();
        }
    }

    private static LoadException Failure(ServiceError error, bool isTransient, int attempts) => isTransient
        ? new UnavailableException($"CloudWatch did not accept the metrics in {attempts} attempts: {error}.", error.Cause)
        : new DestinationRefusedException($"CloudWatch refused the metrics: {error}. Grant cloudwatch:PutMetricData.");
}
