using System.Buffers;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Protocol;

/// <summary>
/// The token of requests. One in a secret is read before the first request, and again when the server refuses it, because a rotation
/// replaces it.
/// </summary>
/// <param name="options">The token, or the ARN of the secret that holds it.</param>
/// <param name="aws">The AWS settings and credentials, for the secret.</param>
/// <param name="retries">Retries requests to Secrets Manager.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class InfluxDbToken(InfluxDbOptions options, AwsConnection aws, RetryLoop retries, TimeProvider timeProvider) : IDisposable
{
    /// <summary>
    /// A secret is not read again within this time, so that a wrong token does not cause a request to Secrets Manager for each of ours.
    /// </summary>
    private static readonly TimeSpan MinRefreshInterval = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _gate = new(1, 1);
    private string? _token = options.Token is { Length: > 0 } token ? token : null;
    private long? _read;

    /// <summary>Returns the token.</summary>
    /// <param name="cancellationToken">Cancels the wait for the secret.</param>
    /// <returns>The token.</returns>
    /// <exception cref="LoadException">The secret cannot be read.</exception>
    public ValueTask<string> GetAsync(CancellationToken cancellationToken) =>
        Volatile.Read(ref _token) is { } token
            ? new ValueTask<string>(token)
            : new ValueTask<string>(ReadAsync(refused: null, cancellationToken));

    /// <summary>Reads the secret again because the server refused a token.</summary>
    /// <param name="refused">The token that was refused.</param>
    /// <param name="cancellationToken">Cancels the wait for the secret.</param>
    /// <returns>Whether there is another token now.</returns>
    /// <exception cref="LoadException">The secret cannot be read.</exception>
    public async Task<bool> TryRefreshAsync(string refused, CancellationToken cancellationToken) =>
        options.TokenSecretArn.Length > 0
        && !string.Equals(await ReadAsync(refused, cancellationToken).ConfigureAwait(false), refused, StringComparison.Ordinal);

    /// <inheritdoc/>
    public void Dispose() => _gate.Dispose();

    private async Task<string> ReadAsync(string? refused, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Another request may have read the secret while this one waited.
            bool isOther = _token is { } known && !string.Equals(known, refused, StringComparison.Ordinal);
            bool isRecent = _read is { } read && timeProvider.GetElapsedTime(read) < MinRefreshInterval;
            if (_token is { } token && (isOther || isRecent))
            {
                return token;
            }

            string latest = await ReadSecretAsync(cancellationToken).ConfigureAwait(false);
            _read = timeProvider.GetTimestamp();
            Volatile.Write(ref _token, latest);
            return latest;
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<string> ReadSecretAsync(CancellationToken cancellationToken)
    {
        AwsService service = AwsService.SecretsManager;
        AwsEndpoint endpoint = aws.Endpoint(service);
        using JsonProtocolClient client = aws.Client(service, endpoint, connections: 1);
        ServiceResponse answer = await retries.SendAsync(
            static (call, token) => call.Client.SendAsync(call.Address, "GetSecretValue", call.Body, Timeout, token),
            (Client: client, endpoint.Address, Body: Body()),
            new RetryCounts(),
            cancellationToken).ConfigureAwait(false);
        if (answer.Error is { } failure)
        {
            throw ToException(failure);
        }

        return FindToken(answer.Body) is { Length: > 0 } token && !token.AsSpan().ContainsAnyExceptInRange('!', '~')
            ? token
            : throw new ConfigurationException(
                $"The secret {options.TokenSecretArn} (INFLUXDB_TOKEN_SECRET_ARN) holds no token: it must be a JSON object with the member "
                + "'token', or the token alone.");
    }

    private ReadOnlyMemory<byte> Body()
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("SecretId"u8, options.TokenSecretArn);
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }

    /// <summary>Finds the token in the response. What is wrong with it is never told in detail: it is a secret.</summary>
    private static string? FindToken(ReadOnlyMemory<byte> response)
    {
        string? secret = Member(response, "SecretString");
        if (secret is null)
        {
            return null;
        }

        string text = secret.Trim();
        return text.StartsWith('{') ? Member(System.Text.Encoding.UTF8.GetBytes(text), "token") : text;
    }

    private static string? Member(ReadOnlyMemory<byte> json, string name)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private LoadException ToException(ServiceError error) => error.Kind switch
    {
        ServiceErrorKind.AccessDenied => new DestinationAccessDeniedException(
            $"Access denied reading the secret {options.TokenSecretArn} (INFLUXDB_TOKEN_SECRET_ARN): {error}. The credentials need "
            + "secretsmanager:GetSecretValue on it, and kms:Decrypt on its key if it is not AWS's own."),
        ServiceErrorKind.Throttled or ServiceErrorKind.Unavailable or ServiceErrorKind.InvalidEndpoint => new UnavailableException(
            $"The secret {options.TokenSecretArn} (INFLUXDB_TOKEN_SECRET_ARN) could not be read: {error}. Load the file again later; if it "
            + "fails again, check the network: a function in a VPC needs an endpoint for Secrets Manager or a NAT gateway.",
            error.Cause),
        _ => new ConfigurationException(
            $"The secret {options.TokenSecretArn} (INFLUXDB_TOKEN_SECRET_ARN) could not be read: {error}. Check the ARN and the region."),
    };
}
