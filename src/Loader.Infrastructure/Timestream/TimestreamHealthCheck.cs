using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Requests;
using Loader.Infrastructure.Timestream.Sending;
using Loader.Infrastructure.Timestream.Tables;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.Timestream;

/// <summary>Checks whether loads into Timestream can work. It stores nothing.</summary>
/// <remarks>
/// The right to write is shown by a request that the service must refuse: its only record is sent twice with different values, and is of
/// the year 2200. Timestream authorizes a request before it looks at its records, because both faults depend on what the table holds and
/// keeps: a refusal of the records shows the right, and access denied shows that it is missing. This order is assumed, not documented.
/// </remarks>
/// <param name="options">The database and the tables.</param>
/// <param name="aws">The AWS settings and credentials.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Logs retries.</param>
internal sealed class TimestreamHealthCheck(TimestreamOptions options, AwsConnection aws, TimeProvider timeProvider, ILogger logger)
{
    private const string Discovery = "endpoint discovery";
    private const int MaxRetries = 2;

    /// <summary>Timestream accepts times up to 15 minutes in the future.</summary>
    private static readonly DateTimeOffset RefusedTime = new(2200, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Checks discovery, database, tables and the right to write.</summary>
    /// <param name="endpoint">The endpoint, which can be reached.</param>
    /// <param name="storesEverything">The name of a server that would store the record that is sent to be refused.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The results, each when it is known.</returns>
    public async IAsyncEnumerable<CheckResult> RunAsync(
        AwsEndpoint endpoint, string? storesEverything, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var client = new TimestreamClient(
            aws.Client(AwsService.TimestreamWrite, endpoint, connections: 1),
            endpoint.Address,
            aws.Options.DiscoverTimestreamEndpoint ?? !endpoint.IsCustom,
            options.RequestTimeout,
            timeProvider);
        var retries = new RetryLoop(
            "Timestream", new RetryPolicy(MaxRetries, TimeSpan.FromSeconds(5)), RetryLoop.NextRandom, logger, timeProvider);
        var calls = new Calls(client, retries);
        string region = endpoint.Region.Name;

        CheckResult discovery = await DiscoverAsync(client, endpoint, cancellationToken).ConfigureAwait(false);
        yield return discovery;
        if (discovery.Status == CheckStatus.Failed)
        {
            yield break;
        }

        CheckResult database = await DescribeDatabaseAsync(calls, region, cancellationToken).ConfigureAwait(false);
        yield return database;
        if (database.Status == CheckStatus.Failed)
        {
            yield break;
        }

        foreach (DatasetType dataset in DatasetType.All)
        {
            var table = new TableName(options.DatabaseName, options.TableOf(dataset), region);
            CheckResult described = await DescribeTableAsync(calls, table, cancellationToken).ConfigureAwait(false);
            yield return described;
            if (described.Status == CheckStatus.Failed)
            {
                continue;
            }

            yield return storesEverything is null
                ? await TryWriteAsync(calls, table, dataset, cancellationToken).ConfigureAwait(false)
                : CheckResult.Skipped(
                    WriteName(table), $"The endpoint is one of {storesEverything}, which would store the record that shows the right.");
        }
    }

    private static string WriteName(in TableName table) => $"right to write {table.Table}";

    private async Task<CheckResult> DiscoverAsync(TimestreamClient client, AwsEndpoint endpoint, CancellationToken cancellationToken)
    {
        ServiceError error;
        try
        {
            if (await client.DiscoverAsync(cancellationToken).ConfigureAwait(false) is not { } found)
            {
                return CheckResult.Skipped(Discovery, "The settings name an endpoint, so that none is discovered.");
            }

            if (found.Endpoint is { } cell)
            {
                return CheckResult.Ok(
                    Discovery,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{cell.Authority} serves this account, for {found.CachePeriod.TotalMinutes:0} minutes."));
            }

            error = found.Error!;
        }
        catch (LoadException failure)
        {
            return CheckResult.Failed(Discovery, failure);
        }

        return error.Kind == ServiceErrorKind.AccessDenied && !TimestreamErrors.IsClosedService(error)
            ? CheckResult.Failed(Discovery, $"Access denied: {error}.", "Grant timestream:DescribeEndpoints on '*'.")
            : CheckResult.Failed(
                Discovery,
                TimestreamErrors.ToException(error, new TableName(options.DatabaseName, "*", endpoint.Region.Name), new RetryCounts()));
    }

    private async Task<CheckResult> DescribeDatabaseAsync(Calls calls, string region, CancellationToken cancellationToken)
    {
        string name = $"database {options.DatabaseName}";
        ServiceResponse response;
        try
        {
            response = await calls.SendAsync(
                "DescribeDatabase", Body(writer => writer.WriteString("DatabaseName"u8, options.DatabaseName)), cancellationToken)
                .ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            return CheckResult.Failed(name, failure);
        }

        return response.Error switch
        {
            null => CheckResult.Ok(name, $"The database exists in {region}."),
            { Kind: ServiceErrorKind.NotFound } => CheckResult.Failed(
                name,
                $"There is no database '{options.DatabaseName}' in {region}.",
                "Create it, or correct TIMESTREAM_DATABASE_NAME or AWS_REGION."),
            { Kind: ServiceErrorKind.AccessDenied } error when !TimestreamErrors.IsClosedService(error) => CheckResult.Skipped(
                name, "The credentials may not describe it (timestream:DescribeDatabase), which a load does not need."),
            { } error => CheckResult.Failed(
                name, TimestreamErrors.ToException(error, new TableName(options.DatabaseName, "*", region), calls.Counts)),
        };
    }

    private static async Task<CheckResult> DescribeTableAsync(Calls calls, TableName table, CancellationToken cancellationToken)
    {
        string name = $"table {table.Table}";
        ServiceResponse response;
        try
        {
            response = await calls.SendAsync(
                "DescribeTable",
                Body(writer =>
                {
                    writer.WriteString("DatabaseName"u8, table.Database);
                    writer.WriteString("TableName"u8, table.Table);
                }),
                cancellationToken).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            return CheckResult.Failed(name, failure);
        }

        if (response.Error is { } error)
        {
            return error.Kind == ServiceErrorKind.AccessDenied && !TimestreamErrors.IsClosedService(error)
                ? CheckResult.Warning(
                    name,
                    $"The credentials may not describe it ({error}). Rows that are too old are found only when Timestream refuses them.",
                    "Grant timestream:DescribeTable on the table.")
                : CheckResult.Failed(name, TimestreamErrors.ToException(error, table, calls.Counts));
        }

        return TableDescription.Parse(response.Body) is null
            ? CheckResult.Failed(
                name, "The response to DescribeTable is not a table description.", "Check that the endpoint is one of Timestream.")
            : Describe(name, TableProperties.Parse(response.Body));
    }

    private static CheckResult Describe(string name, TableProperties table)
    {
        string memory = table.MemoryHours is { } hours ? string.Create(CultureInfo.InvariantCulture, $"{hours:N0} h") : "an unknown time";
        string magnetic = table.MagneticDays is { } days ? string.Create(CultureInfo.InvariantCulture, $"{days:N0} d") : "an unknown time";
        string writes = table.MagneticWrites switch
        {
            true => $"takes rows of up to {magnetic}",
            false => $"takes rows of up to {memory} only: writes to the magnetic store are off",
            null => "does not say whether it takes rows that are older than the memory store",
        };
        string partition = table.PartitionKey is { } key ? $" It is partitioned by {key}." : "";
        string found = $"The table keeps {memory} in the memory store and {magnetic} in the magnetic store, and {writes}.{partition}"
            + (table.RejectedDataLocation is { } location ? $" Reports of rows that are rejected later go to {location}." : "");
        return table switch
        {
            { Status: not (null or "ACTIVE") } => CheckResult.Failed(
                name, $"The table is {table.Status}. {found}", "Wait until it is ACTIVE, or use another table."),
            { MagneticWrites: true, RejectedDataLocation: null } => CheckResult.Warning(
                name,
                $"{found} It has no location for rejected data, so rows that the magnetic store rejects later are lost without notice.",
                "Set MagneticStoreRejectedDataLocation on the table."),
            { MagneticWrites: false } => CheckResult.Warning(
                name, found, "To load older rows, enable writes to the magnetic store, or lengthen the retention of the memory store."),
            _ => CheckResult.Ok(name, found),
        };
    }

    private static async Task<CheckResult> TryWriteAsync(
        Calls calls, TableName table, DatasetType dataset, CancellationToken cancellationToken)
    {
        const int Count = 2;
        string name = WriteName(table);
        ServiceResponse response;
        try
        {
            response = await calls.SendAsync("WriteRecords", RefusedRecords(table, dataset), cancellationToken).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            return CheckResult.Failed(name, failure);
        }

        return response.Error switch
        {
            null => CheckResult.Failed(
                name,
                $"The record that the service must refuse was stored: region '{Probe}' at {RefusedTime.Year}-01-01. This is no service of "
                + "AWS, or one that changed.",
                "Check AWS_ENDPOINT_URL_TIMESTREAM_WRITE, and report it if the endpoint is one of AWS."),
            { Kind: ServiceErrorKind.RejectedRecords } error
                when WriteRecordsResponse.ParseRejectedRecords(error.Body, Count) is { Count: Count } => CheckResult.Ok(
                name, "The service accepted the request and refused its records, as it must: they are of the year 2200."),
            { Kind: ServiceErrorKind.AccessDenied } error when TimestreamErrors.IsClosedService(error) =>
                CheckResult.Failed(name, TimestreamErrors.ToException(error, table, calls.Counts)),
            { Kind: ServiceErrorKind.AccessDenied } error => CheckResult.Failed(
                name, $"Access denied: {error}.", "Grant timestream:WriteRecords on the table."),
            { } error => CheckResult.Warning(
                name,
                $"Not shown: the service answered with {error}, and not with the refusal of the records that shows the right.",
                "Load a small file to find out."),
        };
    }

    private const string Probe = "loader-check";

    /// <summary>Writes two records that are wrong twice: of the year 2200, and with the same identity but different values.</summary>
    private static ReadOnlyMemory<byte> RefusedRecords(TableName table, DatasetType dataset) => Body(writer =>
    {
        writer.WriteString("DatabaseName"u8, table.Database);
        writer.WriteString("TableName"u8, table.Table);
        writer.WriteStartObject("CommonAttributes"u8);
        writer.WriteStartArray("Dimensions"u8);
        foreach (string dimension in (string[])[ColumnNames.Region, dataset.SubjectColumn, ColumnNames.Unit, ColumnNames.MeasurementType])
        {
            writer.WriteStartObject();
            writer.WriteString("Name"u8, dimension);
            writer.WriteString("Value"u8, Probe);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteString("MeasureName"u8, "value"u8);
        writer.WriteString("MeasureValueType"u8, "DOUBLE"u8);
        writer.WriteString("TimeUnit"u8, "MILLISECONDS"u8);
        writer.WriteNumber("Version"u8, 1);
        writer.WriteEndObject();
        writer.WriteStartArray("Records"u8);
        foreach (string value in (string[])["0", "1"])
        {
            writer.WriteStartObject();
            writer.WriteString("Time"u8, RefusedTime.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture));
            writer.WriteString("MeasureValue"u8, value);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    });

    private static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> write)
    {
        var body = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(body);
        writer.WriteStartObject();
        write(writer);
        writer.WriteEndObject();
        writer.Flush();
        return body.WrittenMemory;
    }

    private sealed class Calls(TimestreamClient client, RetryLoop retries)
    {
        /// <summary>Gets the counts of the last request.</summary>
        public RetryCounts Counts { get; } = new();

        public ValueTask<ServiceResponse> SendAsync(string operation, ReadOnlyMemory<byte> body, CancellationToken cancellationToken) =>
            retries.SendAsync(
                static (call, token) => call.Client.SendAsync(call.Operation, call.Body, token),
                (Client: client, Operation: operation, Body: body),
                Counts,
                cancellationToken);
    }
}
