using System.Runtime.CompilerServices;
using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Infrastructure.Aws.Checking;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Disk;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Checking;

/// <summary>Checks the destination of a load.</summary>
/// <param name="load">The settings of the load.</param>
/// <param name="options">The options, which may be wrong.</param>
/// <param name="aws">The AWS settings and credentials.</param>
/// <param name="time">The clock.</param>
/// <param name="logger">Logs retries.</param>
internal sealed class DestinationCheck(LoadSettings load, LoaderOptions options, AwsConnection aws, TimeProvider time, ILogger logger)
{
    /// <summary>Makes the checks.</summary>
    /// <param name="hasIdentity">Whether there are a region and credentials, if AWS is used.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>The results, each when it is known.</returns>
    public async IAsyncEnumerable<CheckResult> RunAsync(
        bool hasIdentity, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        switch (load.Sink)
        {
            case SinkKind.DuckDb:
                foreach (CheckResult result in await CheckDuckDbAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return result;
                }

                break;

            case SinkKind.InfluxDb when options.InfluxDb.FindFaults().Any():
                yield return CheckResult.Skipped("server", "The settings of InfluxDB are missing or wrong.");
                break;

            case SinkKind.InfluxDb:
                var influxDb = new InfluxDbHealthCheck(options.InfluxDb, aws, time, logger);
                await foreach (CheckResult result in influxDb.RunAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return result;
                }

                break;

            case SinkKind.Timestream when options.Timestream.FindFaults().Any() || !hasIdentity:
                yield return CheckResult.Skipped(
                    "Timestream", hasIdentity ? "The settings of Timestream are missing or wrong." : "It needs a region and credentials.");
                break;

            default:
                await foreach (CheckResult result in CheckTimestreamAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return result;
                }

                break;
        }
    }

    private async IAsyncEnumerable<CheckResult> CheckTimestreamAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        const string Name = "Timestream endpoint";
        AwsEndpoint? endpoint = null;
        ConfigurationException? fault = null;
        try
        {
            endpoint = aws.Endpoint(AwsService.TimestreamWrite);
        }
        catch (ConfigurationException wrong)
        {
            fault = wrong;
        }

        if (endpoint is null)
        {
            yield return CheckResult.Failed(Name, fault!);
            yield break;
        }

        var check = new EndpointCheck(time);
        yield return await check.RunAsync(
            Name, endpoint.Address, "AWS_REGION or AWS_ENDPOINT_URL_TIMESTREAM_WRITE", cancellationToken).ConfigureAwait(false);
        if (!check.IsReachable)
        {
            yield break;
        }

        var timestream = new TimestreamHealthCheck(options.Timestream, aws, time, logger);
        await foreach (CheckResult result in timestream.RunAsync(endpoint, check.StoresEverything, cancellationToken).ConfigureAwait(false))
        {
            yield return result;
        }
    }

    private async Task<IReadOnlyList<CheckResult>> CheckDuckDbAsync(CancellationToken cancellationToken)
    {
        const string Name = "database file";
        string path = load.DuckDbFile;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            return
            [
                CheckResult.Failed(
                    Name, $"The folder of {PlainText.Escape(path)} does not exist.", "Create it, or choose another file with --duckdb."),
            ];
        }

        var results = new List<CheckResult>();
        if (FolderAccess.CanWrite(folder) == false)
        {
            // DuckDB keeps its write-ahead log beside the file.
            results.Add(CheckResult.Failed(
                Name,
                $"No file can be made in the folder of {PlainText.Escape(path)}.",
                "Allow this user to write to the folder, or choose another file with --duckdb."));
        }
        else if (!File.Exists(path))
        {
            results.Add(CheckResult.Ok(Name, $"{PlainText.Escape(path)} does not exist yet. The first load creates it."));
        }
        else
        {
            results.AddRange(await new DuckDbHealthCheck(path).RunAsync(cancellationToken).ConfigureAwait(false));
        }

        results.Add(CheckSpace(folder));
        return results;
    }

    private static CheckResult CheckSpace(string folder)
    {
        const string Name = "free space";
        const long Little = 1_000_000_000;
        try
        {
            long free = new DriveInfo(folder).AvailableFreeSpace;
            string found = $"{ConsoleFormat.Size(free)} are free. 1,000,000 rows take about 10 MB.";
            return free < Little
                ? CheckResult.Warning(Name, found, "Free some space. A load that finds the disk full keeps what it has committed.")
                : CheckResult.Ok(Name, found);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return CheckResult.Warning(Name, $"The free space is not known: {PlainText.Escape(exception.Message)}");
        }
    }
}
