using System.Runtime.CompilerServices;
using System.Text.Json;
using Loader.Infrastructure.Aws.Json;

namespace Loader.Infrastructure.Timestream;

/// <summary>Sends Timestream's operations to the endpoint that the service wants them at.</summary>
internal sealed class TimestreamClient : IDisposable
{
    private readonly JsonProtocolClient _client;
    private readonly Uri _address;
    private readonly TimeSpan _timeout;
    private readonly EndpointDiscovery? _discovery;

    /// <summary>Initializes a new instance of the <see cref="TimestreamClient"/> class.</summary>
    /// <param name="client">What sends; disposed with this.</param>
    /// <param name="address">The endpoint of the region, or that which the user set.</param>
    /// <param name="discover">Whether the endpoint is asked for the one to use.</param>
    /// <param name="timeout">How long one request may take.</param>
    /// <param name="timeProvider">Tells when to ask again.</param>
    public TimestreamClient(JsonProtocolClient client, Uri address, bool discover, TimeSpan timeout, TimeProvider timeProvider)
    {
        _client = client;
        _address = address;
        _timeout = timeout;
        _discovery = discover ? new EndpointDiscovery(DescribeEndpointsAsync, timeProvider) : null;
    }

    /// <summary>Sends a request; where the endpoint is refused, once more to a newly discovered one.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="body">The body; it must stay as it is until the answer is there.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>The answer.</returns>
    public ValueTask<ServiceResponse> SendAsync(string operation, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _discovery is null
            ? _client.SendAsync(_address, operation, body, _timeout, cancellationToken)
            : SendAsync(_discovery, operation, body, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ServiceResponse> SendAsync(
        EndpointDiscovery discovery, string operation, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            EndpointDiscovery.Result found = await discovery.GetAsync(cancellationToken).ConfigureAwait(false);
            if (found.Endpoint is null)
            {
                return found.Error!;
            }

            ServiceResponse answer = await _client.SendAsync(found.Endpoint, operation, body, _timeout, cancellationToken).ConfigureAwait(false);
            if (answer.Error is not { Kind: ServiceErrorKind.InvalidEndpoint })
            {
                return answer;
            }

            discovery.Invalidate(found.Endpoint);
            if (attempt == 2)
            {
                return answer;
            }
        }
    }

    private async Task<EndpointDiscovery.Result> DescribeEndpointsAsync()
    {
        ServiceResponse answer = await _client.SendAsync(_address, "DescribeEndpoints", "{}"u8.ToArray(), _timeout, CancellationToken.None).ConfigureAwait(false);
        return answer.Error is { } error ? new EndpointDiscovery.Result(null, default, error) : Read(answer.Body);
    }

    private EndpointDiscovery.Result Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement first = document.RootElement.GetProperty("Endpoints")[0];
            string address = first.GetProperty("Address").GetString()!;
            if (!address.Contains("://", StringComparison.Ordinal))
            {
                address = $"https://{address}";
            }

            var endpoint = new Uri(address, UriKind.Absolute);

            // Encryption is given up only where the user did, by setting a plain endpoint.
            if (endpoint.Scheme == Uri.UriSchemeHttps || (endpoint.Scheme == Uri.UriSchemeHttp && _address.Scheme == Uri.UriSchemeHttp))
            {
                long minutes = Math.Clamp(first.GetProperty("CachePeriodInMinutes").GetInt64(), 1, 60 * 24 * 365);
                return new EndpointDiscovery.Result(endpoint, TimeSpan.FromMinutes(minutes));
            }
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException
            or FormatException)
        {
            return Unusable(exception);
        }

        return Unusable(null);
    }

    private EndpointDiscovery.Result Unusable(Exception? cause) =>
        new(null, default, ServiceError.NoAnswer("UnusableAnswer", $"{_address.Authority} names no usable endpoint", cause));
}
