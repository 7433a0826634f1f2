using System.Buffers;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Protocol;

/// <summary>Asks an InfluxDB server what is not a write, with retries, and reads the responses.</summary>
/// <param name="client">The client.</param>
/// <param name="retries">The retry loop.</param>
internal sealed class InfluxDbCalls(InfluxDbClient client, RetryLoop retries)
{
    /// <summary>The maximum length of a response about a server, a bucket or the columns of a table.</summary>
    private const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>Gets host and port of the server.</summary>
    public string Host => client.Host;

    /// <summary>Asks with GET.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response.</returns>
    /// <exception cref="InfluxDbCallException">The server refuses the request, or does not answer.</exception>
    /// <exception cref="LoadException">The token cannot be read.</exception>
    public Task<ReadOnlyMemory<byte>> GetAsync(string path, CancellationToken cancellationToken) =>
        GetAsync(path, MaxBytes, InfluxDbClient.IsOk, cancellationToken);

    /// <summary>Asks with GET.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="maxBytes">The maximum length of the response.</param>
    /// <param name="read">Reads the headers, and returns whether the response is one of InfluxDB.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response.</returns>
    /// <exception cref="InfluxDbCallException">
    /// The server refuses the request, or does not answer. If the response is longer, the cause is a
    /// <see cref="ResponseTooLongException"/>: the same question would have the same answer, so it is not asked again.
    /// </exception>
    public Task<ReadOnlyMemory<byte>> GetAsync(
        string path, int maxBytes, Func<HttpResponseMessage, bool> read, CancellationToken cancellationToken) =>
        SendAsync(token => client.GetAsync(path, maxBytes, read, token), cancellationToken);

    /// <summary>Asks with POST and a JSON document.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="write">Writes the members of the document.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response.</returns>
    /// <exception cref="InfluxDbCallException">The server refuses the request, or does not answer.</exception>
    public Task<ReadOnlyMemory<byte>> PostAsync(string path, Action<Utf8JsonWriter> write, CancellationToken cancellationToken) =>
        PostAsync(path, MaxBytes, write, cancellationToken);

    /// <summary>Asks with POST and a JSON document.</summary>
    /// <param name="path">Path and query.</param>
    /// <param name="maxBytes">The maximum length of the response.</param>
    /// <param name="write">Writes the members of the document.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The response.</returns>
    /// <exception cref="InfluxDbCallException">
    /// The server refuses the request, or does not answer. If the response is longer, the cause is a
    /// <see cref="ResponseTooLongException"/>: the same question would have the same answer, so it is not asked again.
    /// </exception>
    public Task<ReadOnlyMemory<byte>> PostAsync(
        string path, int maxBytes, Action<Utf8JsonWriter> write, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> document = Write(write);
        return SendAsync(token => client.PostJsonAsync(path, document, maxBytes, token), cancellationToken);
    }

    /// <summary>Parses a response.</summary>
    /// <typeparam name="T">The type of what it says.</typeparam>
    /// <param name="body">The response.</param>
    /// <param name="what">What was asked for, in messages.</param>
    /// <param name="read">Reads the document.</param>
    /// <returns>What the response says.</returns>
    /// <exception cref="InfluxDbCallException">It is not the JSON document that was expected.</exception>
    public static T Parse<T>(ReadOnlyMemory<byte> body, string what, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(body);
            return read(document.RootElement);
        }
        catch (Exception exception) when (
            exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException or IndexOutOfRangeException)
        {
            throw new InfluxDbCallException(
                ServiceError.NoAnswer("UnusableAnswer", $"the response about {what} is not the expected JSON", exception), attempts: 1);
        }
    }

    private static ReadOnlyMemory<byte> Write(Action<Utf8JsonWriter> write)
    {
        var document = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(document);
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
        writer.Flush();
        return document.WrittenMemory;
    }

    private async Task<ReadOnlyMemory<byte>> SendAsync(
        Func<CancellationToken, ValueTask<ServiceResponse>> send, CancellationToken cancellationToken)
    {
        var counts = new RetryCounts();
        ServiceResponse answer;
        try
        {
            answer = await retries.SendAsync(
                static (send, token) => send(token), send, counts, cancellationToken).ConfigureAwait(false);
        }
        catch (ResponseTooLongException exception)
        {
            throw new InfluxDbCallException(
                ServiceError.NoAnswer("UnusableAnswer", exception.Message, exception), counts.FailedAttempts + 1);
        }

        return answer.Error is { } error ? throw new InfluxDbCallException(error, Math.Max(1, counts.FailedAttempts)) : answer.Body;
    }
}

/// <summary>The server did not answer a question. It never leaves the sink, which converts it into a <see cref="LoadException"/>.</summary>
/// <param name="error">The error.</param>
/// <param name="attempts">How often the request was sent.</param>
internal sealed class InfluxDbCallException(ServiceError error, int attempts) : Exception(error.ToString(), error.Cause)
{
    /// <summary>Gets the error.</summary>
    public ServiceError Error { get; } = error;

    /// <summary>Gets how often the request was sent.</summary>
    public int Attempts { get; } = attempts;
}
