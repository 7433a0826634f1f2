using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Examples.Stores;
using Loader.Parquet.Storage;
using Microsoft.Extensions.DependencyInjection;

// Loads a file from a web server by ranges, and one from memory, into a DuckDB file:
//   loader-stores-example http://host:8000/dataset=generation/a.parquet path/to/dataset=generation/b.parquet
if (args is not [var address, var path])
{
    Console.Error.WriteLine("Name the address of a Parquet file and the path of another.");
    return 2;
}

using var http = new HttpClient();
byte[] bytes = await File.ReadAllBytesAsync(path);
var services = new ServiceCollection();
services.AddLoaderDuckDb(options => options.Path = "energy.duckdb");
services.AddLoader()
    .UseStore("web", file => new HttpRangeFile(http, new Uri($"http://{file.Bucket}/{file.Key}")))
    .UseStore("memory", _ => new MemoryFile(bytes, new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero)));
await using ServiceProvider provider = services.BuildServiceProvider();
var load = provider.GetRequiredService<LoadParquetFile>();

var web = new Uri(address);
SourceFile[] files =
[
    SourceFile.InStore("web", web.Authority, Uri.UnescapeDataString(web.AbsolutePath.TrimStart('/'))),
    SourceFile.InStore("memory", "uploads", path.TrimStart('/')),
];
try
{
    foreach (SourceFile file in files)
    {
        Console.WriteLine(await load.LoadAsync(new LoadRequest(file), CancellationToken.None));
    }

    return 0;
}
catch (LoadException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
