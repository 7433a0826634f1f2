using Loader.Application;
using Loader.Application.Telemetry;
using Loader.Domain;
using Loader.DuckDb;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Resources;

// Loads the files that are named as arguments into a DuckDB file, and exports spans and measurements by OTLP. The exporter reads
// OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_PROTOCOL; without them it sends to a collector on this machine.
HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddLoaderDuckDb(options => options.Path = builder.Configuration["DUCKDB"] ?? "energy.duckdb");
builder.Services.AddLoader(builder.Configuration).UseSink<DuckDbSink>();
builder.Services.AddOpenTelemetry()
    .ConfigureResource(resource => resource.AddService("energy-loader"))
    .WithTracing(tracing => tracing.AddSource(LoaderTelemetry.ActivitySourceName))
    .WithMetrics(metrics => metrics.AddMeter(LoaderTelemetry.MeterName))
    .UseOtlpExporter();

using IHost host = builder.Build();
await host.StartAsync();
var load = host.Services.GetRequiredService<LoadParquetFiles>();
int failures = 0;
await foreach (LoadResult result in load.LoadAsync(Requests(), CancellationToken.None))
{
    Console.WriteLine($"{result.Request.File}: {result.Status}");
    failures += result.Failure is null ? 0 : 1;
}

// The exporters send what they hold when the host stops.
await host.StopAsync();
return failures == 0 ? 0 : 1;

async IAsyncEnumerable<LoadRequest> Requests()
{
    foreach (string path in args.Where(argument => !argument.StartsWith("--", StringComparison.Ordinal)))
    {
        yield return new LoadRequest(SourceFile.OnDisk(path));
    }

    await Task.CompletedTask;
}
