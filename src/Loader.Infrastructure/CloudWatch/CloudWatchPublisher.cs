using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Infrastructure.Aws;

namespace Loader.Infrastructure.CloudWatch;

/// <summary>Publishes a load's counts to CloudWatch, in one request, with the dimension <c>DatasetType</c>.</summary>
/// <remarks>
/// <c>ProcessingErrors</c> is 1 for a load that failed and 0 for any other, so that its sum counts failed loads. A load must not wait for its metrics: there
/// are few tries, and short ones.
/// </remarks>
/// <param name="options">Where metrics go.</param>
/// <param name="aws">How AWS is reached.</param>
/// <param name="timeProvider">The time.</param>
public sealed class CloudWatchPublisher(MetricsOptions options, AwsConnection aws, TimeProvider timeProvider) : IMetricsPublisher, IDisposable
{
    private const int Tries = 3;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    private readonly Lazy<(JsonProtocolClient Client, Uri Address)> _cloudWatch = new(() =>
    {
        AwsEndpoint endpoint = aws.Endpoint(AwsService.CloudWatch, aws.Options.CloudWatchEndpoint);
        return (aws.Client(AwsService.CloudWatch, endpoint, connections: 4), endpoint.Address);
    });

    /// <inheritdoc/>
    /// <exception cref="LoadException">CloudWatch cannot be reached, or refuses the metrics.</exception>
    public async Task PublishAsync(LoadReport report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(report);
        ReadOnlyMemory<byte> body = MetricData.Write(options.Namespace, report, timeProvider.GetUtcNow());
        (JsonProtocolClient client, Uri address) = _cloudWatch.Value;
        for (int attempt = 1; ; attempt++)
        {
            ServiceAnswer answer = await client.SendAsync(address, "PutMetricData", body, Timeout, cancellationToken).ConfigureAwait(false);
            if (answer.Error is not { } error)
            {
                return;
            }

            bool mayPass = error.Kind is ServiceErrorKind.Throttled or ServiceErrorKind.Unavailable;
            if (!mayPass || attempt == Tries)
            {
                throw Failure(error, mayPass, attempt);
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

    private static LoadException Failure(ServiceError error, bool mayPass, int attempts) => mayPass
        ? new UnavailableException($"CloudWatch took no metrics in {attempts} tries: {error}.", error.Cause)
        : new DestinationRefusedException($"CloudWatch refuses the metrics: {error}. Needed is cloudwatch:PutMetricData.");
}
