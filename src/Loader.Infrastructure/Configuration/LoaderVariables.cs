namespace Loader.Infrastructure.Configuration;

/// <summary>The names of the loader's environment variables.</summary>
internal static class LoaderVariables
{
    /// <summary>The variable that holds the token of InfluxDB.</summary>
    public const string InfluxDbToken = "INFLUXDB_TOKEN";

    /// <summary>The variable that names the secret with the token of InfluxDB.</summary>
    public const string InfluxDbTokenSecretArn = "INFLUXDB_TOKEN_SECRET_ARN";

    /// <summary>The variable with the address of InfluxDB.</summary>
    public const string InfluxDbUrl = "INFLUXDB_URL";

    /// <summary>The variable that selects the sink of functions and services; the command line has an option.</summary>
    public const string Sink = "SINK";

    /// <summary>Gets the names that <see cref="LoaderOptionsSetup"/> reads.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        "TIMESTREAM_DATABASE_NAME", "GENERATION_TABLE_NAME", "CONSUMPTION_TABLE_NAME", "TRANSMISSION_TABLE_NAME", "MAX_BATCH_SIZE",
        "MAX_RETRIES", "MAX_CONCURRENCY", "FILES_IN_FLIGHT", "ROW_GROUPS_IN_FLIGHT", "MAX_INVALID_PERCENT", "REJECTED_ROWS_LOCATION",
        "SOURCE_PREFIX", "SOURCE_TIME_ZONE", "MAPPING_LOCATION", "INT96_TIME", Sink, InfluxDbUrl, "INFLUXDB_ENGINE", "INFLUXDB_DATABASE",
        "INFLUXDB_ORG", "INFLUXDB_BUCKET", InfluxDbToken, InfluxDbTokenSecretArn, "INFLUXDB_LAYOUT", "INFLUXDB_BATCH_LINES",
        "INFLUXDB_GZIP", "METRICS_NAMESPACE",
    ];
}
