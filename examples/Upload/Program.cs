using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Examples.Upload;

// Takes Parquet files by HTTP, loads them into a DuckDB file and answers with the ledger:
//   curl -T generation.parquet http://localhost:5000/generation/generation.parquet
const long DefaultMaxBytes = 256L * 1024 * 1024;

WebApplicationBuilder builder = WebApplication.CreateSlimBuilder(args);
long maxBytes = builder.Configuration.GetValue("MAX_UPLOAD_BYTES", DefaultMaxBytes);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = maxBytes);
builder.Services.AddLoaderDuckDb(options => options.Path = builder.Configuration["DUCKDB"] ?? "energy.duckdb");
builder.Services.AddLoader(builder.Configuration);
WebApplication app = builder.Build();
app.MapPut("/{dataset}/{name}", LoadAsync);
await app.RunAsync();

static async Task<IResult> LoadAsync(
    string dataset, string name, HttpRequest request, LoadParquetFile load, TimeProvider time, CancellationToken aborted)
{
    if (!DatasetType.TryParse(dataset, out DatasetType? type) || Path.GetFileName(name) != name)
    {
        return Results.Problem($"'{dataset}/{name}' is not the name of a dataset and a file.", statusCode: StatusCodes.Status404NotFound);
    }

    // The footer of a Parquet file is its end, so that nothing can be read before everything has arrived.
    string folder = Directory.CreateTempSubdirectory("upload-").FullName;
    try
    {
        string path = Path.Combine(folder, name);
        await using (FileStream file = File.Create(path))
        {
            await request.Body.CopyToAsync(file, aborted);
        }

        // The time of the upload is the version: what is uploaded later replaces what was uploaded before.
        LoadReport report = await load.LoadAsync(
            new LoadRequest(SourceFile.OnDisk(path))
            {
                Dataset = type,
                Version = ObjectVersion.FromLastModified(time.GetUtcNow()),
                StopRequested = aborted,
            },
            CancellationToken.None);
        return Results.Ok(Ledgers.From(report));
    }
    catch (BadHttpRequestException refused)
    {
        return Results.Problem(refused.Message, statusCode: refused.StatusCode);
    }
    catch (LoadException failure)
    {
        // A temporary failure may pass; any other is the fault of the file or of the settings.
        return Results.Problem(
            failure.Message.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal),
            title: failure.GetType().Name,
            statusCode: failure.IsTransient ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status422UnprocessableEntity,
            extensions: failure.Report is { } report
                ? new Dictionary<string, object?> { ["ledger"] = Ledgers.From(report) }
                : null);
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
}
