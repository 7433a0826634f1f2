using System.Buffers;
using System.Net;
using System.Runtime.CompilerServices;
using Loader.Application.Results;

namespace Loader.Infrastructure.Aws;

/// <summary>Sends single requests of the JSON protocol (<c>awsJson1_0</c>). It does not retry, but for one thing: a signature that a wrong clock spoilt.</summary>
/// <param name="http">What signs and sends.</param>
/// <param name="service">The service.</param>
/// <param name="clock">The time as AWS sees it.</param>
/// <param name="timeProvider">Ends requests that take too long.</param>
internal sealed class JsonProtocolClient(HttpMessageInvoker http, AwsService service, ServerClock clock, TimeProvider timeProvider) : IDisposable
{
    /// <summary>No answer that we ask for comes near; what is longer is not from the service.</summary>
    private const int LongestAnswer = 4 * 1024 * 1024;

    private static readonly string UserAgent = $"loader/{typeof(JsonProtocolClient).Assembly.GetName().Version!.ToString(3)}";

    private readonly TimeLimits _limits = new(timeProvider);

    /// <summary>Sends a request.</summary>
    /// <param name="endpoint">Where to.</param>
    /// <param name="operation">The operation.</param>
    /// <param name="body">The body; it must stay as it is until the answer is there.</param>
    /// <param name="timeout">How long it may take, the answer's body included.</param>
    /// <param name="cancellationToken">Abandons the request.</param>
    /// <returns>The answer; a request that had none is an error of kind <see cref="ServiceErrorKind.Unavailable"/>.</returns>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    /// <exception cref="ConfigurationException">There are no credentials.</exception>
    /// <exception cref="UnavailableException">The credentials have expired and could not be renewed.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<ServiceAnswer> SendAsync(
        Uri endpoint, string operation, ReadOnlyMemory<byte> body, TimeSpan timeout, CancellationToken cancellationToken)
    {
        for (bool isCorrected = false; ; isCorrected = true)
        {
            using TimeLimits.Limit limit = _limits.Begin(timeout, cancellationToken);
            try
            {
                using HttpRequestMessage request = RequestOf(endpoint, operation, body);
                using HttpResponseMessage response = await http.SendAsync(request, limit.Token).ConfigureAwait(false);
                byte[] content = await ReadAsync(response.Content, limit.Token).ConfigureAwait(false);
                if (response.StatusCode == HttpStatusCode.OK)
                {
                    return new ServiceAnswer(content);
                }

                ServiceAnswer answer = ServiceErrors.Read(response, content, timeProvider.GetUtcNow());
                if (isCorrected || answer.Error is not { Kind: ServiceErrorKind.AccessDenied, Date: { } date } || !clock.Correct(date))
                {
                    return answer;
                }
            }
            catch (OperationCanceledException exception)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return ServiceError.NoAnswer("Timeout", $"no answer from {endpoint.Authority} within {timeout.TotalSeconds:0.###} s", exception);
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                cancellationToken.ThrowIfCancellationRequested();
                return ServiceError.NoAnswer("NoAnswer", $"no answer from {endpoint.Authority}: {ServiceErrors.Printable(exception.Message)}", exception);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        http.Dispose();
        _limits.Dispose();
    }

    private HttpRequestMessage RequestOf(Uri endpoint, string operation, ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new JsonBody(body), Version = HttpVersion.Version11 };
        request.Headers.TryAddWithoutValidation(SigningHandler.TargetHeader, service.TargetPrefix + operation);
        if (service.WantsQueryErrors)
        {
            request.Headers.TryAddWithoutValidation(SigningHandler.QueryModeHeader, "true");
        }

        request.Headers.TryAddWithoutValidation("User-Agent", UserAgent);
        return request;
    }

    /// <summary>Reads an answer to its end; one that breaks off before its stated length throws.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        Stream stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        if (content.Headers.ContentLength is { } length and >= 0 and <= LongestAnswer)
        {
            byte[] exact = length == 0 ? [] : new byte[length];
            await stream.ReadExactlyAsync(exact, cancellationToken).ConfigureAwait(false);
            return exact;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            int count = 0;
            int read;
            while ((read = await stream.ReadAsync(buffer.AsMemory(count), cancellationToken).ConfigureAwait(false)) > 0)
            {
                count += read;
                if (count == buffer.Length)
                {
                    if (count >= LongestAnswer)
                    {
                        throw new IOException("the answer is longer than any answer of the service");
                    }

                    byte[] larger = ArrayPool<byte>.Shared.Rent(count * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }
            }

            return buffer.AsSpan(0, count).ToArray();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
