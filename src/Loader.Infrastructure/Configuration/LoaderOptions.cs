using Loader.Application;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.CloudWatch;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Parquet;
using Loader.Infrastructure.RejectedRows;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.Configuration;

namespace Loader.Infrastructure.Configuration;

/// <summary>The sinks in the cloud.</summary>
public enum CloudSink
{
    /// <summary>Amazon Timestream for LiveAnalytics.</summary>
    Timestream,

    /// <summary>InfluxDB 2 or 3, such as Amazon Timestream for InfluxDB.</summary>
    InfluxDb,
}

/// <summary>All settings of the loader.</summary>
public sealed class LoaderOptions
{
    /// <summary>Gets the settings of loads.</summary>
    public LoadOptions Load { get; } = new();

    /// <summary>Gets the settings of source files.</summary>
    public SourceOptions Source { get; } = new();

    /// <summary>
    /// Gets or sets the sink that <c>AddLoader</c> and the functions use (<c>SINK</c>: <c>timestream</c> or <c>influxdb</c>).
    /// </summary>
    /// <value>Default: <see cref="CloudSink.Timestream"/>. A host that registers a sink of its own uses that.</value>
    public CloudSink Sink { get; set; }

    /// <summary>Gets the settings of Timestream.</summary>
    public TimestreamOptions Timestream { get; } = new();

    /// <summary>Gets the settings of InfluxDB.</summary>
    public InfluxDbOptions InfluxDb { get; } = new();

    /// <summary>Gets the settings of the store of invalid and rejected rows.</summary>
    public RejectedRowsOptions RejectedRows { get; } = new();

    /// <summary>Gets the settings of metrics.</summary>
    public MetricsOptions Metrics { get; } = new();

    /// <summary>Gets the settings of AWS that do not come from environment and profile.</summary>
    public AwsOptions Aws { get; } = new();

    /// <summary>Sets the options whose defaults follow from others. Call it when all others are set.</summary>
    internal void SetDerivedDefaults() => Source.SeriesMemoryBytes ??= Load.MemoryLimitBytes / 2;

    /// <summary>
    /// Gets the messages about variables that could not be parsed. Validation adds its own and reports all of them at once.
    /// </summary>
    internal List<string> ParseErrors { get; } = [];

    /// <summary>Gets the settings that options were read from; none if all are set in code.</summary>
    internal List<IConfiguration> Settings { get; } = [];
}
