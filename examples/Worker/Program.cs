using Loader.Examples.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

// A service that loads whatever arrives in a folder into a DuckDB file, until it is stopped:
//   loader-worker-example --inbox incoming
HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Services.AddLoaderDuckDb(options => options.Path = builder.Configuration["DUCKDB"] ?? "energy.duckdb");
builder.Services.AddLoader(builder.Configuration);
builder.Services.AddHostedService<Inbox>();
await builder.Build().RunAsync();
