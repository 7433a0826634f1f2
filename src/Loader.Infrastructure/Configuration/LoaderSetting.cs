namespace Loader.Infrastructure.Configuration;

/// <summary>A setting of the loader, as the environment variable that sets it.</summary>
/// <param name="Name">The name of the variable.</param>
/// <param name="Read">Reads the value that counts from the options; <see langword="null"/> if nothing is set.</param>
internal sealed record LoaderSetting(string Name, Func<LoaderOptions, object?> Read)
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
        new("SINK", options => options.Sink) { IsOfClouds = true },
        new("SOURCE_PREFIX", options => options.Source.Prefix),
        new("SOURCE_TIME_ZONE", options => options.Source.TimeZone),
        new("INT96_TIME", options => options.Source.Int96Time),
        new("MAPPING_LOCATION", options => options.Source.MappingLocation),
        new("REJECTED_ROWS_LOCATION", options => options.RejectedRows.Location),
        new("MAX_INVALID_PERCENT", options => options.Load.MaxInvalidPercent),
        new("FILES_IN_FLIGHT", options => options.Load.FilesInFlight),
        new("ROW_GROUPS_IN_FLIGHT", options => options.Load.RowGroupsInFlight),
        new("TIMESTREAM_DATABASE_NAME", options => options.Timestream.DatabaseName) { OnlyFor = CloudSink.Timestream },
        new("GENERATION_TABLE_NAME", options => RequestsOf(options).GenerationTableName) { IsOfClouds = true },
        new("CONSUMPTION_TABLE_NAME", options => RequestsOf(options).ConsumptionTableName) { IsOfClouds = true },
        new("TRANSMISSION_TABLE_NAME", options => RequestsOf(options).TransmissionTableName) { IsOfClouds = true },
        new("MAX_BATCH_SIZE", options => options.Timestream.MaxBatchSize) { OnlyFor = CloudSink.Timestream },
        new("INFLUXDB_URL", options => options.InfluxDb.Url) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_ENGINE", options => options.InfluxDb.Engine) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_DATABASE", options => options.InfluxDb.Database) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_ORG", options => options.InfluxDb.Org) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_BUCKET", options => options.InfluxDb.Bucket) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_TOKEN", options => options.InfluxDb.Token) { OnlyFor = CloudSink.InfluxDb, IsSecret = true },
        new("INFLUXDB_TOKEN_SECRET_ARN", options => options.InfluxDb.TokenSecretArn) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_LAYOUT", options => options.InfluxDb.Layout) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_BATCH_LINES", options => options.InfluxDb.BatchLines) { OnlyFor = CloudSink.InfluxDb },
        new("INFLUXDB_GZIP", options => options.InfluxDb.Gzip) { OnlyFor = CloudSink.InfluxDb },
        new("MAX_RETRIES", options => RequestsOf(options).MaxRetries) { IsOfClouds = true },
        new("MAX_CONCURRENCY", options => RequestsOf(options).MaxConcurrency) { IsOfClouds = true },
        new("METRICS_NAMESPACE", options => options.Metrics.Namespace) { IsOfClouds = true },
    ];

    /// <summary>Returns whether a sink uses the setting.</summary>
    /// <param name="sink">The sink in the cloud, or <see langword="null"/> for another one.</param>
    /// <returns>Whether it counts.</returns>
    public bool CountsFor(CloudSink? sink) => OnlyFor is { } only ? only == sink : !IsOfClouds || sink is not null;

    private static Requests.ServiceOptions RequestsOf(LoaderOptions options) =>
        options.Sink == CloudSink.InfluxDb ? options.InfluxDb : options.Timestream;
}
