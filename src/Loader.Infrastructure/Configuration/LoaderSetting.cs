namespace Loader.Infrastructure.Configuration;

/// <summary>A setting of the loader, as the environment variable that sets it.</summary>
/// <param name="Name">The name of the variable.</param>
/// <param name="Path">
/// The path of the option in <see cref="LoaderOptions"/>; <c>*</c> stands for the options of the sink that is used.
/// </param>
/// <param name="Read">Reads the value that counts from the options; <see langword="null"/> if nothing is set.</param>
internal sealed record LoaderSetting(string Name, string Path, Func<LoaderOptions, object?> Read)
{
    /// <summary>Gets the sink that uses the setting, or <see langword="null"/> if it does not depend on the sink.</summary>
    public CloudSink? OnlyFor { get; private init; }

    /// <summary>Gets a value indicating whether both sinks in the cloud use the setting, and no other.</summary>
    public bool IsOfClouds { get; private init; }

    /// <summary>Gets a value indicating whether the value must not be shown.</summary>
    public bool IsSecret { get; private init; }

    /// <summary>Gets all settings that <see cref="LoaderOptionsSetup"/> reads, in the order in which they are shown.</summary>
    public static IReadOnlyList<LoaderSetting> All { get; } =
    [
        new("SINK", "Sink", options => options.Sink) { IsOfClouds = true },
        new("SOURCE_PREFIX", "Source.Prefix", options => options.Source.Prefix),
        new("SOURCE_TIME_ZONE", "Source.TimeZone", options => options.Source.TimeZone),
        new("INT96_TIME", "Source.Int96Time", options => options.Source.Int96Time),
        new("MAPPING_LOCATION", "Source.MappingLocation", options => options.Source.MappingLocation),
        new("REJECTED_ROWS_LOCATION", "RejectedRows.Location", options => options.RejectedRows.Location),
        new("MAX_INVALID_PERCENT", "Load.MaxInvalidPercent", options => options.Load.MaxInvalidPercent),
        new("FILES_IN_FLIGHT", "Load.FilesInFlight", options => options.Load.FilesInFlight),
        new("ROW_GROUPS_IN_FLIGHT", "Load.RowGroupsInFlight", options => options.Load.RowGroupsInFlight),
        new("TIMESTREAM_DATABASE_NAME", "Timestream.DatabaseName", options => options.Timestream.DatabaseName)
        {
            OnlyFor = CloudSink.Timestream,
        },
        new("GENERATION_TABLE_NAME", "*.GenerationTableName", options => RequestsOf(options).GenerationTableName) { IsOfClouds = true },
        new("CONSUMPTION_TABLE_NAME", "*.ConsumptionTableName", options => RequestsOf(options).ConsumptionTableName) { IsOfClouds = true },
        new("TRANSMISSION_TABLE_NAME", "*.TransmissionTableName", options => RequestsOf(options).TransmissionTableName)
        {
            IsOfClouds = true,
        },
        new("MAX_BATCH_SIZE", "Timestream.MaxBatchSize", options => options.Timestream.MaxBatchSize) { OnlyFor = CloudSink.Timestream },
        new("INFLUXDB_URL", "InfluxDb.Url", options => options.InfluxDb.Url) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_ENGINE", "InfluxDb.Engine", options => options.InfluxDb.Engine) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_DATABASE", "InfluxDb.Database", options => options.InfluxDb.Database) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_ORG", "InfluxDb.Org", options => options.InfluxDb.Org) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_BUCKET", "InfluxDb.Bucket", options => options.InfluxDb.Bucket) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_TOKEN", "InfluxDb.Token", options => options.InfluxDb.Token) { OnlyFor = CloudSink.InfluxDb, IsSecret = true },
        new("INFLUXDB_TOKEN_SECRET_ARN", "InfluxDb.TokenSecretArn", options => options.InfluxDb.TokenSecretArn)
        {
            OnlyFor = CloudSink.InfluxDb,
        },
        new("INFLUXDB_LAYOUT", "InfluxDb.Layout", options => options.InfluxDb.Layout) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_BATCH_LINES", "InfluxDb.BatchLines", options => options.InfluxDb.BatchLines) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_GZIP", "InfluxDb.Gzip", options => options.InfluxDb.Gzip) { OnlyFor = CloudSink.InfluxDb },
        new("MAX_RETRIES", "*.MaxRetries", options => RequestsOf(options).MaxRetries) { IsOfClouds = true },
        new("MAX_CONCURRENCY", "*.MaxConcurrency", options => RequestsOf(options).MaxConcurrency) { IsOfClouds = true },
        new("METRICS_NAMESPACE", "Metrics.Namespace", options => options.Metrics.Namespace) { IsOfClouds = true },
    ];

    /// <summary>Returns whether a sink uses the setting.</summary>
    /// <param name="sink">The sink in the cloud, or <see langword="null"/> for another one.</param>
    /// <returns>Whether it counts.</returns>
    public bool CountsFor(CloudSink? sink) => OnlyFor is { } only ? only == sink : !IsOfClouds || sink is not null;

    /// <summary>Returns the path of the option.</summary>
    /// <param name="sink">The sink that is used.</param>
    /// <returns>The path, such as <c>Timestream.DatabaseName</c>.</returns>
    public string PathFor(CloudSink sink) =>
        Path.Replace("*", sink == CloudSink.InfluxDb ? "InfluxDb" : "Timestream", StringComparison.Ordinal);

    private static Requests.ServiceOptions RequestsOf(LoaderOptions options) =>
        options.Sink == CloudSink.InfluxDb ? options.InfluxDb : options.Timestream;
}
