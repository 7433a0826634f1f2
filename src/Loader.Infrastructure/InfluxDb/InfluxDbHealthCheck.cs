using System.Globalization;
using System.Runtime.CompilerServices;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.InfluxDb.Protocol;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.InfluxDb.Tables;
using Loader.Infrastructure.Requests;
using Microsoft.Extensions.Logging;

namespace Loader.Infrastructure.InfluxDb;

/// <summary>Checks whether loads into InfluxDB can work. It stores nothing.</summary>
/// <remarks>
/// The right to write is shown by a write without lines. Both engines check the token, and engine 2 the bucket, before they read the lines.
/// </remarks>
/// <param name="options">The server, and the bucket or database.</param>
/// <param name="aws">The AWS settings and credentials, for a token in Secrets Manager.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Logs retries.</param>
internal sealed class InfluxDbHealthCheck(InfluxDbOptions options, AwsConnection aws, TimeProvider timeProvider, ILogger logger)
{
    private const string Server = "server";
    private const int MaxRetries = 2;

    /// <summary>Checks the server, its engine and the token, the bucket or database, and the tables.</summary>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The results, each when it is known.</returns>
    public async IAsyncEnumerable<CheckResult> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var client = new InfluxDbClient(
            options, new InfluxDbToken(options, aws, Retries("Secrets Manager"), timeProvider), timeProvider);
        var calls = new InfluxDbCalls(client, Retries("InfluxDB"));
        (CheckResult server, InfluxDbEngine engine) = await AskServerAsync(calls, cancellationToken).ConfigureAwait(false);
        yield return server;
        if (server.Status == CheckStatus.Failed)
        {
            yield break;
        }

        CheckResult parent = await AskParentAsync(calls, engine, cancellationToken).ConfigureAwait(false);
        yield return parent;
        if (parent.Status == CheckStatus.Failed)
        {
            yield break;
        }

        foreach (DatasetType dataset in DatasetType.All)
        {
            yield return await AskTableAsync(calls, engine, dataset, cancellationToken).ConfigureAwait(false);
        }

        yield return await TryWriteAsync(client, engine, cancellationToken).ConfigureAwait(false);
    }

    private static string NameOf(InfluxDbEngine engine) => engine == InfluxDbEngine.Version2 ? "2" : "3";

    private RetryLoop Retries(string service) =>
        new(service, new RetryPolicy(MaxRetries, TimeSpan.FromSeconds(5)), RetryLoop.NextRandom, logger, timeProvider);

    private string PlaceOf(InfluxDbEngine engine, string? table = null)
    {
        string parent = engine == InfluxDbEngine.Version2 ? $"bucket '{options.Bucket}'" : $"database '{options.Database}'";
        return table is null ? parent : $"table '{table}' of {parent}";
    }

    private async Task<(CheckResult Result, InfluxDbEngine Engine)> AskServerAsync(InfluxDbCalls calls, CancellationToken cancellationToken)
    {
        InfluxDbEngine engine = options.Engine;
        try
        {
            (InfluxDbEngine found, string version) = await EngineDetection.AskAsync(calls, cancellationToken).ConfigureAwait(false);
            if (engine is not InfluxDbEngine.Auto && engine != found)
            {
                return (CheckResult.Failed(
                    Server,
                    $"{calls.Host} has engine {NameOf(found)} ({version}), but INFLUXDB_ENGINE is {NameOf(engine)}.",
                    $"Set INFLUXDB_ENGINE to {NameOf(found)}, or leave it out."), engine);
            }

            engine = found;
            return options.FindFaultOn(engine, calls.Host) is { } fault
                ? (CheckResult.Failed(Server, fault), engine)
                : (CheckResult.Ok(Server, $"{calls.Host} has engine {NameOf(engine)} ({version})."), engine);
        }
        catch (ConfigurationException failure) when (engine != InfluxDbEngine.Auto)
        {
            return (CheckResult.Warning(Server, failure.Message, $"INFLUXDB_ENGINE says {NameOf(engine)}, which counts."), engine);
        }
        catch (LoadException failure)
        {
            return (CheckResult.Failed(Server, failure), engine);
        }
        catch (InfluxDbCallException failure)
        {
            return (CheckResult.Failed(Server, InfluxDbErrors.ToException(failure.Error, calls.Host, failure.Attempts)), engine);
        }
    }

    private async Task<CheckResult> AskParentAsync(InfluxDbCalls calls, InfluxDbEngine engine, CancellationToken cancellationToken)
    {
        string place = PlaceOf(engine);
        try
        {
            if (engine == InfluxDbEngine.Version2)
            {
                InfluxDbBucket bucket = await new Inspection2(calls, options).GetBucketAsync(cancellationToken).ConfigureAwait(false);
                return CheckResult.Ok(place, $"The bucket exists and the token may read it. {Describe(bucket.Retention)}");
            }

            (InfluxDbBucket database, bool isRetentionKnown) =
                await new Inspection3(calls, options.Database).GetDatabaseAsync(cancellationToken).ConfigureAwait(false);
            return isRetentionKnown
                ? CheckResult.Ok(place, $"The database exists and the token may read it. {Describe(database.Retention)}")
                : CheckResult.Warning(
                    place,
                    "The server does not tell the retention. Rows that are older would be accepted and not be readable.",
                    "Use a token that may read system tables, or look the retention up.");
        }
        catch (LoadException failure)
        {
            return CheckResult.Failed(place, failure);
        }
        catch (InfluxDbCallException failure)
        {
            return CheckResult.Failed(place, InfluxDbErrors.ToException(failure.Error, $"{place} at {calls.Host}", failure.Attempts));
        }
    }

    private async Task<CheckResult> AskTableAsync(
        InfluxDbCalls calls, InfluxDbEngine engine, DatasetType dataset, CancellationToken cancellationToken)
    {
        string table = options.TableOf(dataset);
        string name = $"table {table}";
        string place = PlaceOf(engine, table);
        try
        {
            IReadOnlyCollection<InfluxDbColumn> columns = engine == InfluxDbEngine.Version2
                ? await new Inspection2(calls, options).GetColumnsAsync(table, cancellationToken).ConfigureAwait(false)
                : await new Inspection3(calls, options.Database).GetColumnsAsync(table, cancellationToken).ConfigureAwait(false);
            string layout = options.Layout.ToString().ToLowerInvariant();
            return TableLayout.FindFault($"{place} at {calls.Host}", dataset, engine, options.Layout, columns) is { } fault
                ? CheckResult.Failed(name, fault)
                : CheckResult.Ok(name, columns.Count == 0
                    ? $"The table does not exist yet. The first load makes it, with the layout {layout}."
                    : $"No column conflicts with the layout {layout}.");
        }
        catch (LoadException failure)
        {
            return CheckResult.Failed(name, failure);
        }
        catch (InfluxDbCallException failure)
        {
            return CheckResult.Failed(name, InfluxDbErrors.ToException(failure.Error, $"{place} at {calls.Host}", failure.Attempts));
        }
    }

    private async Task<CheckResult> TryWriteAsync(InfluxDbClient client, InfluxDbEngine engine, CancellationToken cancellationToken)
    {
        const string Name = "right to write";
        string path = engine == InfluxDbEngine.Version2
            ? $"/api/v2/write?org={Uri.EscapeDataString(options.Org)}&bucket={Uri.EscapeDataString(options.Bucket)}&precision=s"
            : $"/api/v3/write_lp?db={Uri.EscapeDataString(options.Database)}&precision=second";
        ServiceResponse response;
        try
        {
            response = await client.PostLinesAsync(path, default, isCompressed: false, cancellationToken).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            return CheckResult.Failed(Name, failure);
        }

        return response.Error switch
        {
            null or { Kind: ServiceErrorKind.Validation } =>
                CheckResult.Ok(Name, $"The server accepted a write without lines to {PlaceOf(engine)}, which stores nothing."),
            { Kind: ServiceErrorKind.AccessDenied or ServiceErrorKind.NotFound } error => CheckResult.Failed(
                Name,
                $"The server refuses the token for {PlaceOf(engine)}: {error}.",
                "Use a token that may write to the bucket or database."),
            { } error => CheckResult.Warning(Name, $"Not shown: the server answered with {error}.", "Run the check again."),
        };
    }

    private static string Describe(TimeSpan? retention) => retention is { } period
        ? string.Create(CultureInfo.InvariantCulture, $"It keeps points for {period.TotalDays:0.##} days.")
        : "It keeps points for ever.";
}
