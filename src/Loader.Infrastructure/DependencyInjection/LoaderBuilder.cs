using System.Diagnostics.CodeAnalysis;
using Amazon.S3;
using Loader.Application.Ports;
using Loader.Infrastructure.Configuration;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Timestream;
using Loader.Parquet.Storage;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Loader.Infrastructure.DependencyInjection;

/// <summary>Chooses what the loader of a host uses. Created by <c>AddLoader</c>.</summary>
/// <remarks>
/// Options are applied in the order of the calls, so that code after <see cref="Configure(IConfiguration)"/> overrides the configuration.
/// A service that the host registers itself, such as <see cref="TimeProvider"/>, <see cref="IAmazonS3"/> or <see cref="IRecordSink"/>, is
/// used, whether it is registered before or after.
/// </remarks>
/// <example>
/// <code>
/// services.AddLoader(configuration)
///     .UseInfluxDb(influx => influx.Layout = InfluxDbLayout.Plain)
///     .UseMapping("mapping.json");
/// </code>
/// </example>
public sealed class LoaderBuilder
{
    internal LoaderBuilder(IServiceCollection services) => Services = services;

    /// <summary>Gets the services of the host.</summary>
    public IServiceCollection Services { get; }

    /// <summary>Sets options in code.</summary>
    /// <param name="configure">Sets the options.</param>
    /// <returns>This builder.</returns>
    public LoaderBuilder Configure(Action<LoaderOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        Services.Configure(configure);
        return this;
    }

    /// <summary>Reads options from settings that are named like the environment variables.</summary>
    /// <param name="configuration">The settings. Values that are empty count as not set.</param>
    /// <returns>This builder.</returns>
    public LoaderBuilder Configure(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        Services.AddSingleton<Microsoft.Extensions.Options.IConfigureOptions<LoaderOptions>>(new LoaderOptionsSetup(configuration));
        return this;
    }

    /// <summary>Writes to Amazon Timestream for LiveAnalytics, the default.</summary>
    /// <param name="configure">Sets its options.</param>
    /// <returns>This builder.</returns>
    public LoaderBuilder UseTimestream(Action<TimestreamOptions>? configure = null) => Configure(options =>
    {
        options.Sink = CloudSink.Timestream;
        configure?.Invoke(options.Timestream);
    });

    /// <summary>Writes to InfluxDB 2 or 3.</summary>
    /// <param name="configure">Sets its options.</param>
    /// <returns>This builder.</returns>
    public LoaderBuilder UseInfluxDb(Action<InfluxDbOptions>? configure = null) => Configure(options =>
    {
        options.Sink = CloudSink.InfluxDb;
        configure?.Invoke(options.InfluxDb);
    });

    /// <summary>
    /// Writes to a sink of the host. Options of Timestream and InfluxDB are not required, and metrics are published only with
    /// <see cref="UseMetrics{TPublisher}"/>.
    /// </summary>
    /// <typeparam name="TSink">The sink, which the container creates once. One that is registered already stays.</typeparam>
    /// <returns>This builder.</returns>
    public LoaderBuilder UseSink<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TSink>()
        where TSink : class, IRecordSink
    {
        Services.TryAddSingleton<TSink>();
        return UseSink(static provider => provider.GetRequiredService<TSink>());
    }

    /// <summary>Writes to a sink of the host. Options of Timestream and InfluxDB are not required.</summary>
    /// <param name="create">Creates the sink, once; the container disposes it.</param>
    /// <returns>This builder.</returns>
    public LoaderBuilder UseSink(Func<IServiceProvider, IRecordSink> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        Services.AddSingleton(create);
        return this;
    }

    /// <summary>Reads files through the column mappings of a JSON file.</summary>
    /// <param name="location">A path, or <c>s3://bucket/key</c>.</param>
    /// <returns>This builder.</returns>
    public LoaderBuilder UseMapping(string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        return Configure(options => options.Source.MappingLocation = location);
    }

    /// <summary>Reads files through column mappings.</summary>
    /// <param name="mappings">The mappings.</param>
    /// <returns>This builder.</returns>
    public LoaderBuilder UseMapping(SourceMappings mappings)
    {
        ArgumentNullException.ThrowIfNull(mappings);
        return Configure(options => (options.Source.Mappings, options.Source.MappingLocation) = (mappings, null));
    }

    /// <summary>Reads files from a store of the host, such as blobs of another cloud, an archive or memory.</summary>
    /// <param name="scheme">The scheme of its files: <see cref="SourceFile.InStore"/>.</param>
    /// <param name="open">
    /// Creates a file for one load, which disposes it. <see cref="MemoryFile"/> and <see cref="StreamFile"/> are ready; for ranges of a
    /// remote file derive from <see cref="RandomAccessFile"/>.
    /// </param>
    /// <returns>This builder.</returns>
    public LoaderBuilder UseStore(string scheme, Func<SourceFile, RandomAccessFile> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(scheme);
        ArgumentNullException.ThrowIfNull(open);
        return Configure(options => options.Source.Stores[scheme] = open);
    }

    /// <summary>Reads files and keeps rejected rows with an S3 client of the host.</summary>
    /// <param name="create">Creates the client when S3 is first used; the container disposes it.</param>
    /// <returns>This builder.</returns>
    /// <remarks>
    /// The limits of time, pace and size that the loader's own client has for each response do not apply to it. A host that has an
    /// <see cref="IAmazonS3"/> in its container need not call this method.
    /// </remarks>
    public LoaderBuilder UseS3(Func<IServiceProvider, IAmazonS3> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        Services.AddSingleton(create);
        return this;
    }

    /// <summary>Publishes the reports of loads with a publisher of the host instead of CloudWatch.</summary>
    /// <typeparam name="TPublisher">The publisher, which the container creates once.</typeparam>
    /// <returns>This builder.</returns>
    public LoaderBuilder UseMetrics<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TPublisher>()
        where TPublisher : class, IMetricsPublisher
    {
        Services.AddSingleton<IMetricsPublisher, TPublisher>();
        return this;
    }

    /// <summary>Publishes metrics to CloudWatch, which is the default unless the host has a sink of its own.</summary>
    /// <returns>This builder.</returns>
    public LoaderBuilder UseCloudWatch()
    {
        Services.AddSingleton(CloudServices.CreateMetrics);
        return this;
    }

    /// <summary>Publishes no metrics.</summary>
    /// <returns>This builder.</returns>
    public LoaderBuilder UseNoMetrics()
    {
        Services.AddSingleton<IMetricsPublisher, NoMetrics>();
        return this;
    }
}
