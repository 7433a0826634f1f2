using System.Globalization;
using System.Text;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Configuration;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Timestream;

namespace Loader.Lambda.Local;

/// <summary>Describes where a function writes, one fact a line, without asking the destination.</summary>
internal static class DestinationText
{
    /// <summary>Returns the description. It contains no token.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="aws">The AWS settings.</param>
    /// <param name="publishesMetrics">Whether metrics are published.</param>
    /// <exception cref="ConfigurationException">The region or an endpoint is missing or wrong.</exception>
    public static string Describe(LoaderOptions options, AwsConnection aws, bool publishesMetrics)
    {
        var text = new StringBuilder();
        if (options.Sink == CloudSink.InfluxDb)
        {
            DescribeInfluxDb(text, options.InfluxDb);
        }
        else
        {
            DescribeTimestream(text, options.Timestream, aws.Endpoint(AwsService.TimestreamWrite));
        }

        Line(
            text,
            "rejected rows",
            options.RejectedRows.Location is { Length: > 0 } location ? location : "not kept, because REJECTED_ROWS_LOCATION is not set");
        Line(text, "metrics", publishesMetrics ? $"CloudWatch, namespace {options.Metrics.Namespace}" : "not published");
        return text.ToString();
    }

    private static void DescribeTimestream(StringBuilder text, TimestreamOptions options, AwsEndpoint endpoint)
    {
        Line(text, "sink", "timestream");
        Line(text, "endpoint", endpoint.Address.GetLeftPart(UriPartial.Authority));
        Line(text, "region", endpoint.Region.Name);
        Line(text, "database", options.DatabaseName);
        Tables(text, options.TableOf);
    }

    private static void DescribeInfluxDb(StringBuilder text, InfluxDbOptions options)
    {
        Line(text, "sink", "influxdb");
        Line(text, "URL", options.Url);

        // With the engine "auto", only the server knows which of them counts.
        if (options.Engine != InfluxDbEngine.Version2)
        {
            Line(text, "database", options.Database);
        }

        if (options.Engine != InfluxDbEngine.Version3)
        {
            Line(text, "organization", options.Org);
            Line(text, "bucket", options.Bucket);
        }

        Tables(text, options.TableOf);
    }

    private static void Tables(StringBuilder text, Func<DatasetType, string> tableOf) =>
        Line(text, "tables", string.Join(", ", DatasetType.All.Select(tableOf)));

    private static void Line(StringBuilder text, string name, string value)
    {
        if (value.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"{name + ":",-15}{PlainText.Escape(value)}\n");
        }
    }
}
