using System.Diagnostics;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.SQS;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Application.Telemetry;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Testing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Trace;
using Metric = OpenTelemetry.Metrics.Metric;

// Loads the files that are named as arguments into memory, into a DuckDB file and into Timestream, and prints what was written, and which
// spans and measurements OpenTelemetry exported.

// Clients of other services share AWSSDK.Core with the loader.
var credentials = new BasicAWSCredentials("key", "secret");
using var dynamo = new AmazonDynamoDBClient(credentials, new AmazonDynamoDBConfig { ServiceURL = "http://127.0.0.1:9" });
using var sqs = new AmazonSQSClient(credentials, new AmazonSQSConfig { ServiceURL = "http://127.0.0.1:9" });
Console.WriteLine($"clients {dynamo.Config.ServiceVersion} {sqs.Config.ServiceVersion}");

var spans = new List<Activity>();
var metrics = new List<Metric>();
using TracerProvider tracing = Sdk.CreateTracerProviderBuilder().AddSource(LoaderTelemetry.ActivitySourceName).AddInMemoryExporter(spans).Build();
using MeterProvider metering = Sdk.CreateMeterProviderBuilder().AddMeter(LoaderTelemetry.MeterName).AddInMemoryExporter(metrics).Build();
IConfiguration configuration = new ConfigurationBuilder().AddEnvironmentVariables().Build();
var memory = new InMemorySink();

await LoadAsync("memory", services =>
{
    services.AddSingleton<IRecordSink>(memory);
    services.AddLoader().UseMetrics<RecordingMetrics>();
});
await LoadAsync("duckdb", services =>
{
    services.AddLoaderDuckDb(options => options.Path = "energy.duckdb");
    services.AddLoader();
});
await LoadAsync("timestream", services => services.AddLoader(configuration));

metering.ForceFlush();
foreach (IGrouping<string, Activity> group in spans.GroupBy(span => span.OperationName).OrderBy(group => group.Key, StringComparer.Ordinal))
{
    Console.WriteLine($"span {group.Key} {group.Count()}");
}

foreach (Metric metric in metrics.DistinctBy(metric => metric.Name).OrderBy(metric => metric.Name, StringComparer.Ordinal))
{
    double sum = 0;
    foreach (ref readonly MetricPoint point in metric.GetMetricPoints())
    {
        sum += metric.MetricType switch
        {
            MetricType.LongSum => point.GetSumLong(),
            MetricType.Histogram => point.GetHistogramCount(),
            _ => 0,
        };
    }

    Console.WriteLine($"metric {metric.Name} {sum}");
}

async Task LoadAsync(string name, Action<IServiceCollection> configure)
{
    var services = new ServiceCollection();
    services.AddLogging();
    configure(services);
    await using ServiceProvider provider = services.BuildServiceProvider();
    long read = 0;
    long written = 0;
    await foreach (LoadResult result in provider.GetRequiredService<LoadParquetFiles>().LoadAsync(Requests(), CancellationToken.None))
    {
        if (result.Failure is { } failure)
        {
            Console.WriteLine(failure);
        }

        read += result.Report?.Ledger.Read ?? 0;
        written += result.Report?.Ledger.Written ?? 0;
    }

    Console.WriteLine($"load {name} read {read} written {written}");
}

async IAsyncEnumerable<LoadRequest> Requests()
{
    foreach (string path in args)
    {
        yield return new LoadRequest(SourceFile.OnDisk(path));
    }

    await Task.CompletedTask;
}
