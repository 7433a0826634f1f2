using System.Text.Json;
using Loader.Application;
using Loader.Domain;
using Microsoft.Extensions.DependencyInjection;

// Loads the files that are named as arguments into energy.duckdb, and prints the report of each as JSON.
var services = new ServiceCollection();
services.AddLogging();
services.AddLoaderDuckDb(options => options.Path = "energy.duckdb");
services.AddLoader();
await using ServiceProvider provider = services.BuildServiceProvider();
LoadParquetFiles load = provider.GetRequiredService<LoadParquetFiles>();

bool failed = false;
IAsyncEnumerable<LoadRequest> requests = args.Select(path => new LoadRequest(SourceFile.OnDisk(path))).ToAsyncEnumerable();
await foreach (LoadResult result in load.LoadAsync(requests, CancellationToken.None))
{
    Console.WriteLine(result.Report is { } report ? JsonSerializer.Serialize(report) : result.Failure!.Message);
    failed |= result.Failure is not null;
}

return failed ? 1 : 0;
