using System.Runtime.CompilerServices;
using Amazon.S3;
using Loader.Application.Results;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;
using Loader.Infrastructure.Aws.Checking;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.S3;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Checking;

/// <summary>Checks whether a load could work, one part of the set-up after another. It stores nothing.</summary>
internal sealed class SetupCheck
{
    private readonly CliHost _host;
    private readonly CheckSettings _settings;
    private readonly Func<LoadSettings, ServiceProvider> _build;
    private readonly CheckedOptions _options;
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
        _options = CheckedOptions.Read(services);
        _aws = new AwsConnection(Options.Aws, host.Time);
    }

    /// <summary>Gets the options, which may be wrong.</summary>
    public LoaderOptions Options => _options.Options;

    /// <summary>Makes the checks.</summary>
    /// <param name="cancellationToken">Cancels them.</param>
    /// <returns>The results, each when it is known.</returns>
    public async IAsyncEnumerable<CheckResult> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        yield return _options.Fault is not { } fault
            ? CheckResult.Ok("settings", "No setting is missing or wrong.")
            : CheckResult.Failed("settings", fault);

        bool hasIdentity = true;
        if (NeedsAws)
        {
            await foreach (CheckResult result in CheckIdentityAsync(cancellationToken).ConfigureAwait(false))
            {
                hasIdentity &= result.Status != CheckStatus.Failed;
                yield return result;
            }
        }

        bool canLoad = _options.Fault is null;
        var destination = new DestinationCheck(_settings.Load, Options, _aws, _host.Time, _logger);
        await foreach (CheckResult result in destination.RunAsync(hasIdentity, cancellationToken).ConfigureAwait(false))
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

        if (_settings.Load.Sources.Count > 0 && (_options.HasCommonFault || mapping?.Status == CheckStatus.Failed))
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

        yield return await new RejectedRowsCheck(_settings.Rejected, Options)
            .RunAsync(hasIdentity, _s3Endpoint?.StoresEverything, cancellationToken).ConfigureAwait(false);
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
        if (_options.Fault is { } fault)
        {
            throw fault;
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

    private static bool IsInS3(string location) => S3Uri.TryParse(location, out _);

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
}
