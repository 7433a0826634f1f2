using System.Buffers;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Infrastructure.Aws.Json;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream;

/// <summary>What is known of tables, kept for some minutes: an account may describe five tables a second, and a function loads many files.</summary>
/// <param name="client">Asks.</param>
/// <param name="retries">Asks again.</param>
/// <param name="logger">The log.</param>
/// <param name="timeProvider">The time.</param>
internal sealed class TableDescriptions(TimestreamClient client, RequestRetries retries, ILogger logger, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<TableName, (TableDescription Description, long Since)> _known = [];

    /// <summary>Describes a table.</summary>
    /// <param name="table">The table.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The description; that of an unknown table where it may not be described.</returns>
    /// <exception cref="LoadException">The table is not there, the account has no access, or the service cannot be reached.</exception>
    public async Task<TableDescription> GetAsync(TableName table, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_known.TryGetValue(table, out (TableDescription Description, long Since) known) && timeProvider.GetElapsedTime(known.Since) < Lifetime)
            {
                return known.Description;
            }

            TableDescription description = await DescribeAsync(table, cancellationToken).ConfigureAwait(false);
            _known[table] = (description, timeProvider.GetTimestamp());
            return description;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task<TableDescription> DescribeAsync(TableName table, CancellationToken cancellationToken)
    {
        var attempts = new Attempts();
        ServiceResponse answer = await retries.SendAsync(
            static (call, token) => call.Client.SendAsync("DescribeTable", call.Body, token),
            (Client: client, Body: BodyFor(table)),
            attempts,
            cancellationToken).ConfigureAwait(false);
        if (answer.Error is { } error)
        {
            if (error.Kind != ServiceErrorKind.AccessDenied || TimestreamFailures.IsClosedService(error))
            {
                throw TimestreamFailures.Of(error, table, attempts);
            }

            logger.RetentionUnknown(table.ToString(), error.ToString());
            return TableDescription.Unknown;
        }

        if (TableDescription.Read(answer.Body) is not { } description)
        {
            throw TimestreamFailures.Of(ServiceError.NoAnswer("UnusableAnswer", "the table's description cannot be read"), table, attempts);
        }

        if (description.LacksRejectedDataLocation)
        {
            logger.NoRejectedDataLocation(table.ToString());
        }

        return description;
    }

    private static ReadOnlyMemory<byte> BodyFor(in TableName table)
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        writer.WriteString("DatabaseName"u8, table.Database);
        writer.WriteString("TableName"u8, table.Table);
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }
}
