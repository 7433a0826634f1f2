using System.Globalization;
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
        Text("TIMESTREAM_DATABASE_NAME", value => options.Timestream.DatabaseName = value);
        Text("GENERATION_TABLE_NAME", value => options.Timestream.GenerationTableName = value);
        Text("CONSUMPTION_TABLE_NAME", value => options.Timestream.ConsumptionTableName = value);
        Text("TRANSMISSION_TABLE_NAME", value => options.Timestream.TransmissionTableName = value);
        Whole("MAX_BATCH_SIZE", "1 to 100", value => options.Timestream.MaxBatchSize = value);
        Whole("MAX_RETRIES", "0 to 100", value => options.Timestream.MaxRetries = value);
        Whole("MAX_CONCURRENCY", "1 to 256", value => options.Timestream.MaxConcurrency = value);
        Whole("FILES_IN_FLIGHT", "1 to 64", value => options.Load.FilesInFlight = value);
        Whole("ROW_GROUPS_IN_FLIGHT", "1 to 64", value => options.Load.RowGroupsInFlight = value);
        Number("MAX_INVALID_PERCENT", "0 to 100", value => options.Load.MaxInvalidPercent = value);
        Text("REJECTED_ROWS_LOCATION", value => options.RejectedRows.Location = value);
        Text("SOURCE_PREFIX", value => options.Source.Prefix = value);
        Text("SOURCE_TIME_ZONE", value => options.Source.TimeZone = value);
        Text("MAPPING_LOCATION", value => options.Source.MappingLocation = value);
        Text("INT96_TIME", text =>
        {
            switch (text.ToUpperInvariant())
            {
                case "INSTANT":
                    options.Source.Int96Time = Int96Time.Instant;
                    break;
                case "LOCAL":
                    options.Source.Int96Time = Int96Time.Local;
                    break;
                default:
                    options.ParseErrors.Add($"INT96_TIME is '{text}'; allowed are instant and local.");
                    break;
            }
        });
        Text("METRICS_NAMESPACE", value => options.Metrics.Namespace = value);

        // An empty variable counts as not set: deployment tools cannot always omit a variable.
        void Text(string name, Action<string> set)
        {
            if (configuration[name] is { Length: > 0 } text)
            {
                set(text);
            }
        }

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
