using System.Globalization;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Parquet;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Loader.Infrastructure.Configuration;

/// <summary>Reads <see cref="LoaderOptions"/> from settings that are named like the environment variables.</summary>
internal sealed class LoaderOptionsSetup(IConfiguration configuration) : IConfigureOptions<LoaderOptions>
{
    /// <inheritdoc/>
    public void Configure(LoaderOptions options)
    {
        options.Settings.Add(configuration);
        Text("TIMESTREAM_DATABASE_NAME", value => options.Timestream.DatabaseName = value);
        Text("GENERATION_TABLE_NAME", value => options.Timestream.GenerationTableName = options.InfluxDb.GenerationTableName = value);
        Text("CONSUMPTION_TABLE_NAME", value => options.Timestream.ConsumptionTableName = options.InfluxDb.ConsumptionTableName = value);
        Text("TRANSMISSION_TABLE_NAME", value => options.Timestream.TransmissionTableName = options.InfluxDb.TransmissionTableName = value);
        Whole("MAX_BATCH_SIZE", "1 to 100", value => options.Timestream.MaxBatchSize = value);
        Whole("MAX_RETRIES", "0 to 100", value => options.Timestream.MaxRetries = options.InfluxDb.MaxRetries = value);
        Whole("MAX_CONCURRENCY", "1 to 256", value => options.Timestream.MaxConcurrency = options.InfluxDb.MaxConcurrency = value);
        Whole("FILES_IN_FLIGHT", "1 to 64", value => options.Load.FilesInFlight = value);
        Whole("ROW_GROUPS_IN_FLIGHT", "1 to 64", value => options.Load.RowGroupsInFlight = value);
        Number("MAX_INVALID_PERCENT", "0 to 100", value => options.Load.MaxInvalidPercent = value);
        Text("REJECTED_ROWS_LOCATION", value => options.RejectedRows.Location = value);
        Text("SOURCE_PREFIX", value => options.Source.Prefix = value);
        Text("SOURCE_TIME_ZONE", value => options.Source.TimeZone = value);
        Text("MAPPING_LOCATION", value => options.Source.MappingLocation = value);
        Choice("INT96_TIME", value => options.Source.Int96Time = value, ("instant", Int96Time.Instant), ("local", Int96Time.Local));
        Choice("SINK", value => options.Sink = value, ("timestream", CloudSink.Timestream), ("influxdb", CloudSink.InfluxDb));
        ConfigureInfluxDb();
        Text("METRICS_NAMESPACE", value => options.Metrics.Namespace = value);

        void ConfigureInfluxDb()
        {
            InfluxDbOptions influxDb = options.InfluxDb;
            Text("INFLUXDB_URL", value => influxDb.Url = value);
            Choice(
                "INFLUXDB_ENGINE", value => influxDb.Engine = value,
                ("auto", InfluxDbEngine.Auto), ("2", InfluxDbEngine.Version2), ("3", InfluxDbEngine.Version3));
            Text("INFLUXDB_DATABASE", value => influxDb.Database = value);
            Text("INFLUXDB_ORG", value => influxDb.Org = value);
            Text("INFLUXDB_BUCKET", value => influxDb.Bucket = value);
            Text("INFLUXDB_TOKEN", value => influxDb.Token = value);
            Text("INFLUXDB_TOKEN_SECRET_ARN", value => influxDb.TokenSecretArn = value);
            Choice(
                "INFLUXDB_LAYOUT", value => influxDb.Layout = value,
                ("versions", InfluxDbLayout.Versions), ("overwrite", InfluxDbLayout.Overwrite), ("plain", InfluxDbLayout.Plain));
            Whole("INFLUXDB_BATCH_LINES", "1 to 50000", value => influxDb.BatchLines = value);
            Choice("INFLUXDB_GZIP", value => influxDb.Gzip = value, ("true", true), ("false", false));
        }

        // An empty variable counts as not set: deployment tools cannot always omit a variable.
        void Text(string name, Action<string> set)
        {
            if (configuration[name] is { Length: > 0 } text)
            {
                set(text);
            }
        }

        void Choice<T>(string name, Action<T> set, params (string Text, T Value)[] choices) => Text(name, text =>
        {
            foreach ((string allowed, T value) in choices)
            {
                if (string.Equals(text, allowed, StringComparison.OrdinalIgnoreCase))
                {
                    set(value);
                    return;
                }
            }

            string[] names = [.. choices.Select(static choice => choice.Text)];
            options.ParseErrors.Add($"{name} is '{text}'; allowed are {string.Join(", ", names[..^1])} and {names[^1]}.");
        });

        void Whole(string name, string range, Action<int> set) => Text(name, text =>
        {
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int value))
            {
                set(value);
            }
            else
            {
                options.ParseErrors.Add($"{name} is '{text}'; allowed is a whole number from {range}.");
            }
        });

        void Number(string name, string range, Action<double> set) => Text(name, text =>
        {
            if (double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
            {
                set(value);
            }
            else
            {
                options.ParseErrors.Add($"{name} is '{text}'; allowed is a number from {range}.");
            }
        });
    }
}
