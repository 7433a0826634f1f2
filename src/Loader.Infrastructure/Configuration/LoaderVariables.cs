namespace Loader.Infrastructure.Configuration;

/// <summary>The names of environment variables that need more than to be read: <see cref="LoaderSetting"/> lists all.</summary>
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
}
