using System.Runtime.CompilerServices;
using Amazon.S3;
using Loader.Application.Results;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Infrastructure.Aws.Checking;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Disk;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.S3;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Loader.Cli.Checking;

/// <summary>Checks whether a load could work, one part of the set-up after another. It stores nothing.</summary>
internal sealed class SetupCheck
{
    private readonly CliHost _host;
    private readonly CheckSettings _settings;
    private readonly Func<LoadSettings, ServiceProvider> _build;
    private readonly AwsConnection _aws;
    private readonly ILogger _logger;
    private EndpointCheck? _s3Endpoint;

    /// <summary>Initializes a new instance of the <see cref="SetupCheck"/> class.</summary>
    /// <param name="host">The environment of the command.</param>
    /// <param name="settings">The settings.</param>
    /// <param name="services">The services of the load that is checked.</param>
    /// <param name="build">Builds the services of a dry run.</param>
    public SetupCheck(CliHost host, CheckSettings settings, IServiceProvider services, Func<LoadSettings, ServiceProvider> build)
    {
        _host = host;
        _settings = settings;
        _build = build;
        _logger = services.GetRequiredService<ILoggerFactory>().CreateLogger("loader");
        (Options, Fault) = ReadOptions(services);
        _aws = new AwsConnection(Options.Aws, host.Time);
    }

    /// <summary>Gets the options, which may be wrong.</summary>
    public LoaderOptions Options { get; }

    /// <summary>Gets what is wrong with the options, or <see langword="null"/>.</summary>
    public ConfigurationException? Fault { get; }

    /// <summary>Makes the checks.</summary>
    /// <param name="cancellationToken">Cancels them.</param>
    /// <returns>The results, each when it is known.</returns>
    public async IAsyncEnumerable<CheckResult> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return Fault is null
            ? CheckResult.Ok("settings", "No setting is missing or wrong.")
            : CheckResult.Failed("settings", Fault);

        bool hasIdentity = true;
        if (NeedsAws)
        {
            await foreach (CheckResult result in CheckIdentityAsync(cancellationToken).ConfigureAwait(false))
            {
                hasIdentity &= result.Status != CheckStatus.Failed;
                yield return result;
            }
        }

        bool canLoad = Fault is null;
        await foreach (CheckResult result in CheckSinkAsync(hasIdentity, cancellationToken).ConfigureAwait(false))
        {
            canLoad &= result.Status != CheckStatus.Failed;
            yield return result;
        }

        if (UsesS3)
        {
            yield return await CheckS3EndpointAsync(cancellationToken).ConfigureAwait(false);
        }

        CheckResult? mapping = await CheckMappingAsync(cancellationToken).ConfigureAwait(false);
        if (mapping is not null)
        {
            yield return mapping;
        }

        if (_settings.Load.Sources.Count > 0 && (HasCommonFault || mapping?.Status == CheckStatus.Failed))
        {
            yield return CheckResult.Skipped("source files", "The settings of loads or the mapping are wrong.");
        }
        else if (_settings.Load.Sources.Count > 0)
        {
            await foreach (CheckResult result in CheckSourcesAsync(canLoad, cancellationToken).ConfigureAwait(false))
            {
                yield return result;
            }
        }

        yield return await CheckRejectedRowsAsync(hasIdentity, cancellationToken).ConfigureAwait(false);
        if (_settings.Load.Sink != SinkKind.DuckDb)
        {
            yield return _settings.PublishesTestMetric && hasIdentity
                ? await new CloudWatchHealthCheck(Options.Metrics, _aws, _host.Time).PublishAsync(cancellationToken).ConfigureAwait(false)
                : CheckResult.Skipped(
                    "right to publish metrics",
                    "Only publishing a metric would show it: --publish-test-metric does. Loads of this command line publish none.");
        }
    }

    /// <summary>Creates the least policy for the settings.</summary>
    /// <param name="verifies">Whether it is for verifying what is stored, and not for loading.</param>
    /// <param name="account">The account, or <see langword="null"/> for that of the credentials.</param>
    /// <param name="cancellationToken">Cancels the request for the account.</param>
    /// <returns>The policy.</returns>
    /// <exception cref="LoadException">A setting that the policy needs is missing or wrong, or the account is not known.</exception>
    public async Task<PolicyDocument> CreatePolicyAsync(bool verifies, string? account, CancellationToken cancellationToken)
    {
        if (Fault is not null)
        {
            throw Fault;
        }

        bool onTimestream = _settings.Load.Sink == SinkKind.Timestream;
        if (onTimestream && account is null)
        {
            var identity = new IdentityCheck(_aws);
            CheckResult found = await identity.RunAsync(cancellationToken).ConfigureAwait(false);
            account = identity.Account
                ?? throw new ConfigurationException($"The account is not known: {found.Found} Name it with --account.");
        }

        return new PolicyFactory(Options, _settings, _aws.Settings).Create(verifies, account ?? "");
    }

    private bool UsesS3 => _settings.Load.Sources.Append(_settings.Rejected).Append(Options.Source.MappingLocation ?? "").Any(IsInS3);

    private bool NeedsAws => UsesS3 || _settings.PublishesTestMetric || _settings.Load.Sink switch
    {
        SinkKind.Timestream => true,
        SinkKind.InfluxDb => Options.InfluxDb.TokenSecretArn.Length > 0,
        _ => false,
    };

    /// <summary>Gets a value indicating whether settings are wrong that every load needs, whatever its destination.</summary>
    private bool HasCommonFault
    {
        get
        {
            try
            {
                new LoaderOptionsValidator(needsSink: false).Validate(name: null, Options);
                return false;
            }
            catch (ConfigurationException)
            {
                return true;
            }
        }
    }

    private static bool IsInS3(string location) => S3Uri.TryParse(location, out _);

    /// <summary>Reads the options without the exception that wrong ones cause.</summary>
    private static (LoaderOptions Options, ConfigurationException? Fault) ReadOptions(IServiceProvider services)
    {
        var options = new LoaderOptions();
        foreach (IConfigureOptions<LoaderOptions> configure in services.GetServices<IConfigureOptions<LoaderOptions>>())
        {
            configure.Configure(options);
        }

        foreach (IPostConfigureOptions<LoaderOptions> configure in services.GetServices<IPostConfigureOptions<LoaderOptions>>())
        {
            configure.PostConfigure(Microsoft.Extensions.Options.Options.DefaultName, options);
        }

        try
        {
            foreach (IValidateOptions<LoaderOptions> validate in services.GetServices<IValidateOptions<LoaderOptions>>())
            {
                validate.Validate(Microsoft.Extensions.Options.Options.DefaultName, options);
            }

            return (options, null);
        }
        catch (ConfigurationException fault)
        {
            return (options, fault);
        }
    }

    private async IAsyncEnumerable<CheckResult> CheckIdentityAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return CheckRegion();
        yield return await new IdentityCheck(_aws).RunAsync(cancellationToken).ConfigureAwait(false);
    }

    private CheckResult CheckRegion()
    {
        const string Name = "region";
        try
        {
            return CheckResult.Ok(Name, $"The region is {_aws.Settings.Region().Name}.");
        }
        catch (ConfigurationException failure)
        {
            return CheckResult.Failed(Name, failure);
        }
    }

    private async IAsyncEnumerable<CheckResult> CheckSinkAsync(
        bool hasIdentity, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        switch (_settings.Load.Sink)
        {
            case SinkKind.DuckDb:
                foreach (CheckResult result in await CheckDuckDbAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return result;
                }

                break;

            case SinkKind.InfluxDb when Options.InfluxDb.FindFaults().Any():
                yield return CheckResult.Skipped("server", "The settings of InfluxDB are missing or wrong.");
                break;

            case SinkKind.InfluxDb:
                var influxDb = new InfluxDbHealthCheck(Options.InfluxDb, _aws, _host.Time, _logger);
                await foreach (CheckResult result in influxDb.RunAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield return result;
                }

                break;

            case SinkKind.Timestream when Options.Timestream.FindFaults().Any() || !hasIdentity:
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
            endpoint = _aws.Endpoint(AwsService.TimestreamWrite);
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

        var check = new EndpointCheck(_host.Time);
        yield return await check.RunAsync(
            Name, endpoint.Address, "AWS_REGION or AWS_ENDPOINT_URL_TIMESTREAM_WRITE", cancellationToken).ConfigureAwait(false);
        if (!check.IsReachable)
        {
            yield break;
        }

        var timestream = new TimestreamHealthCheck(Options.Timestream, _aws, _host.Time, _logger);
        await foreach (CheckResult result in timestream.RunAsync(endpoint, check.StoresEverything, cancellationToken).ConfigureAwait(false))
        {
            yield return result;
        }
    }

    private async Task<IReadOnlyList<CheckResult>> CheckDuckDbAsync(CancellationToken cancellationToken)
    {
        const string Name = "database file";
        string path = _settings.Load.DuckDbFile;
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

    private async Task<CheckResult> CheckS3EndpointAsync(CancellationToken cancellationToken)
    {
        const string Name = "S3 endpoint";
        try
        {
            AwsRegion region = _aws.Settings.Region();
            string suffix = region.UseDualStack ? $"dualstack.{region.Name}.{region.DnsSuffix}" : $"{region.Name}.{region.DnsSuffix}";
            Uri address = _aws.Settings.CustomEndpoint(AwsService.S3)
                ?? new Uri($"https://{(region.UseFips ? "s3-fips" : "s3")}.{suffix}/");
            _s3Endpoint = new EndpointCheck(_host.Time);
            return await _s3Endpoint.RunAsync(Name, address, "AWS_REGION or AWS_ENDPOINT_URL_S3", cancellationToken).ConfigureAwait(false);
        }
        catch (ConfigurationException failure)
        {
            return CheckResult.Failed(Name, failure);
        }
    }

    private async Task<CheckResult?> CheckMappingAsync(CancellationToken cancellationToken)
    {
        const string Name = "mapping";
        if (Options.Source.MappingLocation is not { Length: > 0 } location)
        {
            return null;
        }

        try
        {
            var s3 = new Lazy<IAmazonS3>(() => S3ClientFactory.Create(Options.Aws));
            var mappings = await new MappingProvider(Options.Source, s3, _host.Time).GetAsync(cancellationToken).ConfigureAwait(false);
            return CheckResult.Ok(
                Name,
                $"{PlainText.Escape(location)} has {ConsoleFormat.Count(mappings.All.Count, "mapping")} without faults: "
                + $"{PlainText.Escape(string.Join(", ", mappings.All.Select(mapping => mapping.Name)))}.");
        }
        catch (LoadException failure)
        {
            return CheckResult.Failed(Name, failure);
        }
    }

    private async IAsyncEnumerable<CheckResult> CheckSourcesAsync(
        bool canLoad, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Without a destination that can be asked, only the limits that do not depend on it count.
        LoadSettings dryRun = _settings.Load with { IsDryRun = true, IsOffline = !canLoad };
        var check = new SourceCheck(_host, dryRun, _build);
        IReadOnlyList<CheckResult> listed;
        try
        {
            listed = await check.ListAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (LoadException failure)
        {
            listed = [CheckResult.Failed("source files", failure)];
        }

        foreach (CheckResult result in listed)
        {
            yield return result;
        }

        if (check.FirstInS3 is { } file)
        {
            using IAmazonS3 s3 = S3ClientFactory.Create(Options.Aws);
            CheckResult read = await new S3HealthCheck(s3).ReadAsync(file, cancellationToken).ConfigureAwait(false);
            yield return read;
            if (read.Status == CheckStatus.Failed)
            {
                yield break;
            }
        }

        await foreach (CheckResult result in check.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            yield return result;
        }
    }

    private async Task<CheckResult> CheckRejectedRowsAsync(bool hasIdentity, CancellationToken cancellationToken)
    {
        const string Name = "rejected rows";
        if (S3Uri.TryParse(_settings.Rejected, out S3Uri uri))
        {
            if (!hasIdentity)
            {
                return CheckResult.Skipped(Name, "Writing to S3 needs a region and credentials.");
            }

            try
            {
                using IAmazonS3 s3 = S3ClientFactory.Create(Options.Aws);
                return await new S3HealthCheck(s3).TryKeepAsync(uri, _s3Endpoint?.StoresEverything, cancellationToken).ConfigureAwait(false);
            }
            catch (ConfigurationException failure)
            {
                return CheckResult.Failed(Name, failure);
            }
        }

        string place = PlainText.Escape(_settings.Rejected);
        const string Remedy = "Choose another folder with --rejected or REJECTED_ROWS_LOCATION, or allow this user to write to it.";
        return FolderAccess.NearestExisting(_settings.Rejected) is not { } existing
            ? CheckResult.Failed(Name, $"{place} is no folder, and none can be made there.", Remedy)
            : FolderAccess.CanWrite(existing) switch
            {
                true => CheckResult.Ok(Name, $"Invalid and rejected rows can be kept in {place}."),
                false => CheckResult.Failed(Name, $"No files can be made in {PlainText.Escape(existing)}, so that rows cannot be kept in {place}.", Remedy),
                null => CheckResult.Warning(Name, $"Not shown: this system does not tell whether files can be made in {place}."),
            };
    }
}
