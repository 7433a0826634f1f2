using System.Runtime.CompilerServices;
using System.Text.Json;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.Timestream;

/// <summary>Sends requests to Timestream, to the endpoint that endpoint discovery returns. Does not retry.</summary>
internal sealed class TimestreamClient : IDisposable
{
    private readonly JsonProtocolClient _client;
    private readonly Uri _address;
    private readonly TimeSpan _timeout;
    private readonly EndpointDiscovery? _discovery;

    /// <summary>Initializes a new instance of the <see cref="TimestreamClient"/> class.</summary>
    /// <param name="client">The protocol client; disposed with this instance.</param>
    /// <param name="address">The endpoint of the region, or the endpoint from the settings.</param>
    /// <param name="discover">Whether to use endpoint discovery.</param>
    /// <param name="timeout">The time limit of one request.</param>
    /// <param name="timeProvider">The clock.</param>
    public TimestreamClient(JsonProtocolClient client, Uri address, bool discover, TimeSpan timeout, TimeProvider timeProvider)
    {
        _client = client;
        _address = address;
        _timeout = timeout;
        _discovery = discover ? new EndpointDiscovery(DescribeEndpointsAsync, timeProvider) : null;
    }

    /// <summary>Sends a request. If the service rejects the endpoint, discovers it again and sends the request once more.</summary>
    /// <param name="operation">The name of the operation, such as <c>WriteRecords</c>.</param>
    /// <param name="body">The body as JSON; it must not change until the call completes.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response or error.</returns>
    public ValueTask<ServiceResponse> SendAsync(string operation, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
        _discovery is null
            ? _client.SendAsync(_address, operation, body, _timeout, cancellationToken)
            : SendAsync(_discovery, operation, body, cancellationToken);

    /// <summary>Discovers the endpoint that the first request would use.</summary>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The endpoint or the error, or <see langword="null"/> if the settings name the endpoint.</returns>
    public async ValueTask<EndpointDiscovery.Result?> DiscoverAsync(CancellationToken cancellationToken) =>
        _discovery is null ? null : await _discovery.GetAsync(cancellationToken).ConfigureAwait(false);

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

            ServiceResponse answer = await _client.SendAsync(
                found.Endpoint, operation, body, _timeout, cancellationToken).ConfigureAwait(false);
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
        ServiceResponse answer = await _client.SendAsync(
            _address, "DescribeEndpoints", "{}"u8.ToArray(), _timeout, CancellationToken.None).ConfigureAwait(false);
        return answer.Error is { } error ? new EndpointDiscovery.Result(null, default, error) : ParseEndpoint(answer.Body);
    }

    private EndpointDiscovery.Result ParseEndpoint(ReadOnlyMemory<byte> body)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            JsonElement first = document.RootElement.GetProperty("Endpoints")[0];
            if (first.GetProperty("Address").GetString() is not { Length: > 0 } address)
            {
                return Unusable(null);
            }

            // The service returns a host without a scheme, and the same scheme applies as for the endpoint that was asked.
            if (!address.Contains("://", StringComparison.Ordinal))
            {
                address = $"{_address.Scheme}://{address}";
            }

            var endpoint = new Uri(address, UriKind.Absolute);

            // Plain HTTP is used only if the endpoint from the settings is plain HTTP.
            bool isAllowed = endpoint.Scheme == Uri.UriSchemeHttps
                || (endpoint.Scheme == Uri.UriSchemeHttp && _address.Scheme == Uri.UriSchemeHttp);
            if (isAllowed && endpoint is { PathAndQuery: "/", UserInfo: "" })
            {
                long minutes = Math.Clamp(first.GetProperty("CachePeriodInMinutes").GetInt64(), 1, 60 * 24 * 365);
                return new EndpointDiscovery.Result(endpoint, TimeSpan.FromMinutes(minutes));
            }
        }
        catch (Exception exception)
            when (exception is JsonException or KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException
            or FormatException)
        {
            return Unusable(exception);
        }

        return Unusable(null);
    }

    private EndpointDiscovery.Result Unusable(Exception? cause) =>
        new(null, default, ServiceError.NoAnswer(
            "UnusableAnswer", $"the response of {_address.Authority} to DescribeEndpoints has no usable endpoint", cause));
}
