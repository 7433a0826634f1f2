using Amazon.Runtime;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.InfluxDb;
using Loader.Infrastructure.InfluxDb.Settings;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>The sink, connected by the variables that a server names. The waits between retries are 0.</summary>
internal static class SinkOf
{
    public static InfluxDbSink Create(IReadOnlyDictionary<string, string> environment, Action<InfluxDbOptions>? configure = null)
    {
        var options = new InfluxDbOptions
        {
            Url = environment["INFLUXDB_URL"],
            Token = environment["INFLUXDB_TOKEN"],
            Database = environment.GetValueOrDefault("INFLUXDB_DATABASE", ""),
            Org = environment.GetValueOrDefault("INFLUXDB_ORG", ""),
            Bucket = environment.GetValueOrDefault("INFLUXDB_BUCKET", ""),
        };
        configure?.Invoke(options);
        var aws = new AwsConnection(new AwsOptions { Region = "eu-west-1", Credentials = new AnonymousAWSCredentials() }, TimeProvider.System);
        return new InfluxDbSink(options, aws, TimeProvider.System, NullLogger.Instance, () => 0);
    }

    /// <summary>Writes a batch as a load of its own.</summary>
    /// <param name="sink">The sink.</param>
    /// <param name="batch">The batch; disposed.</param>
    /// <param name="fingerprint">The fingerprint of the source.</param>
    public static async Task<WriteOutcome> WriteAsync(this InfluxDbSink sink, MeasurementBatch batch, string fingerprint = "0badf00d")
    {
        using (batch)
        {
            await using IRecordWriter writer = await sink.OpenAsync(new RecordSource(batch.Dataset, fingerprint), CancellationToken.None);
            MeasurementRules.Validate(batch, writer.Destination.Limits);
            return await writer.WriteAsync(batch, CancellationToken.None);
        }
    }
}
