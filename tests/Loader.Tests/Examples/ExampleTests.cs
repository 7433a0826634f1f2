using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Loader.Tests.Support;

namespace Loader.Tests.Examples;

/// <summary>The example hosts, each as a process of its own, with a server that the test plays.</summary>
internal sealed class ExampleTests
{
    private const string Generation = "dataset=generation/year=2024/month=01/generation-2024-01.parquet";
    private const string Consumption = "dataset=consumption/year=2024/month=01/consumption-2024-01.parquet";

    private string _folder = null!;

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("loader-example-").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public async Task The_telemetry_example_exports_spans_and_measurements_by_OTLP()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = new HttpServer(async context =>
        {
            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            received.AddOrUpdate(context.Request.RawUrl!, Encoding.Latin1.GetString(body.ToArray()), (_, before) => before + Encoding.Latin1.GetString(body.ToArray()));
            context.Response.ContentType = "application/x-protobuf";
        });

        (int exit, string output) = await RunAsync(
            "Telemetry",
            "loader-telemetry-example",
            new Dictionary<string, string>
            {
                ["DUCKDB"] = Path.Combine(_folder, "energy.duckdb"),
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Address.ToString(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
            },
            Sample(Generation));

        Assert.That(exit, Is.Zero, output);
        Assert.That(received["/v1/traces"], Does.Contain("load").And.Contain("row_group").And.Contain("loader.rows.written"));
        Assert.That(received["/v1/metrics"], Does.Contain("loader.rows").And.Contain("loader.load.duration").And.Contain("energy-loader"));
    }

    [Test]
    public async Task The_console_example_prints_the_report_of_each_file_as_JSON()
    {
        (int exit, string output) = await RunAsync(
            "Console", "loader-console-example", new Dictionary<string, string>(), Sample(Generation), "unknown.parquet");

        string[] lines = [.. output.Split('\n').Where(line => line.StartsWith('{')).Order(StringComparer.Ordinal)];
        Assert.That(exit, Is.EqualTo(1), output);
        Assert.That(lines, Has.Length.EqualTo(2));
        Assert.That(lines, Has.Some.Contains("\"read\":864,\"written\":864,"));
        Assert.That(lines, Has.Some.Contains("\"error_type\":\"UnknownDatasetException\""));
    }

    [Test]
    public async Task The_store_example_loads_from_a_web_server_and_from_memory()
    {
        await using var web = new HttpServer(context => AnswerRangeAsync(context, "samples"));

        (int exit, string output) = await RunAsync(
            "Stores", "loader-stores-example", new Dictionary<string, string>(), new Uri(web.Address, Generation).ToString(), Sample(Consumption));

        Assert.That(exit, Is.Zero, output);
        Assert.That(output, Does.Contain($"web://{web.Address.Authority}/{Generation} (generation): succeeded").And.Contain("864 written"));
        Assert.That(output, Does.Contain("memory://uploads/").And.Contain("(consumption): succeeded"));
    }

    [Test]
    public async Task The_store_example_says_what_does_not_exist()
    {
        await using var web = new HttpServer(context => AnswerRangeAsync(context, "samples"));

        (int exit, string output) = await RunAsync(
            "Stores",
            "loader-stores-example",
            new Dictionary<string, string>(),
            new Uri(web.Address, "dataset=generation/missing.parquet").ToString(),
            Sample(Consumption));

        Assert.That(exit, Is.EqualTo(1));
        Assert.That(output, Does.Contain("missing.parquet does not exist").And.Not.Contain("   at "));
    }

    [Test]
    public async Task The_upload_example_answers_with_the_ledger()
    {
        await using ExampleProcess service = StartUpload();
        using HttpClient http = await ConnectAsync(service);

        using HttpResponseMessage response = await http.PutAsync("generation/january.parquet", Content(Sample(Generation)));

        Assert.That(response.StatusCode, Is.EqualTo(HttpStatusCode.OK), await response.Content.ReadAsStringAsync());
        Assert.That(await response.Content.ReadAsStringAsync(), Does.StartWith("{\"read\":864,\"written\":864,"));
    }

    [Test]
    public async Task The_upload_example_refuses_what_it_cannot_load()
    {
        await using ExampleProcess service = StartUpload();
        using HttpClient http = await ConnectAsync(service);

        using HttpResponseMessage garbage = await http.PutAsync("generation/a.parquet", new ByteArrayContent(new byte[100]));
        using HttpResponseMessage unknown = await http.PutAsync("weather/a.parquet", new ByteArrayContent(new byte[100]));
        using HttpResponseMessage large = await http.PutAsync("generation/a.parquet", new ByteArrayContent(new byte[200_000]));

        string reason = await garbage.Content.ReadAsStringAsync();
        Assert.That(garbage.StatusCode, Is.EqualTo(HttpStatusCode.UnprocessableEntity));
        Assert.That(reason, Does.Contain("SourceCorruptException").And.Contain("a.parquet").And.Not.Contain("upload-"));
        Assert.That(unknown.StatusCode, Is.EqualTo(HttpStatusCode.NotFound));
        Assert.That(large.StatusCode, Is.EqualTo(HttpStatusCode.RequestEntityTooLarge));
    }

    [Test]
    public async Task The_worker_example_loads_what_is_in_its_folder_and_moves_it()
    {
        string inbox = Path.Combine(_folder, "inbox", "dataset=generation");
        Directory.CreateDirectory(inbox);
        File.Copy(Sample(Generation), Path.Combine(inbox, "good.parquet"));
        await File.WriteAllTextAsync(Path.Combine(inbox, "bad.parquet"), "no Parquet");
        await using ExampleProcess worker = ExampleProcess.Start(
            "Worker", "loader-worker-example", _folder, new Dictionary<string, string> { ["DUCKDB"] = Path.Combine(_folder, "energy.duckdb") }, "--inbox", "inbox");

        await worker.ReadUntilAsync("succeeded");
        await worker.ReadUntilAsync("failed");
        (int exit, string output) = await worker.StopAsync();

        Assert.That(exit, Is.Zero, output);
        Assert.That(File.Exists(Path.Combine(_folder, "done", "dataset=generation", "good.parquet")), Is.True, output);
        Assert.That(File.Exists(Path.Combine(_folder, "failed", "dataset=generation", "bad.parquet")), Is.True, output);
        Assert.That(Directory.GetFiles(inbox), Is.Empty);
    }

    private static ByteArrayContent Content(string path) => new(File.ReadAllBytes(path));

    private static async Task<HttpClient> ConnectAsync(ExampleProcess service)
    {
        const string Listening = "Now listening on: ";
        string line = await service.ReadUntilAsync(Listening);
        return new HttpClient { BaseAddress = new Uri(line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..].Trim() + "/") };
    }

    private ExampleProcess StartUpload() => ExampleProcess.Start(
        "Upload",
        "loader-upload-example",
        _folder,
        new Dictionary<string, string>
        {
            ["DUCKDB"] = Path.Combine(_folder, "energy.duckdb"),
            ["ASPNETCORE_URLS"] = "http://127.0.0.1:0",
            ["MAX_UPLOAD_BYTES"] = "100000",
        });

    private static string Sample(string name) => Path.Combine(Repository.Root, "samples", name);

    private static async Task AnswerRangeAsync(HttpListenerContext context, string folder)
    {
        string path = Path.Combine(Repository.Root, folder, Uri.UnescapeDataString(context.Request.Url!.AbsolutePath.TrimStart('/')));
        if (!File.Exists(path))
        {
            context.Response.StatusCode = 404;
            return;
        }

        byte[] bytes = await File.ReadAllBytesAsync(path);
        string[] range = context.Request.Headers["Range"]!["bytes=".Length..].Split('-');
        int from = range[0].Length == 0
            ? Math.Max(0, bytes.Length - int.Parse(range[1], CultureInfo.InvariantCulture))
            : int.Parse(range[0], CultureInfo.InvariantCulture);
        int to = range[0].Length == 0 ? bytes.Length - 1 : int.Parse(range[1], CultureInfo.InvariantCulture);
        context.Response.StatusCode = 206;
        context.Response.Headers["ETag"] = $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))}\"";
        context.Response.Headers["Last-Modified"] = File.GetLastWriteTimeUtc(path).ToString("R", CultureInfo.InvariantCulture);
        context.Response.Headers["Content-Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{to}/{bytes.Length}");
        context.Response.ContentLength64 = to - from + 1;
        await context.Response.OutputStream.WriteAsync(bytes.AsMemory(from, to - from + 1));
    }

    private async Task<(int Exit, string Output)> RunAsync(
        string project, string program, IReadOnlyDictionary<string, string> environment, params string[] arguments)
    {
        await using ExampleProcess process = ExampleProcess.Start(project, program, _folder, environment, arguments);
        return await process.WaitAsync();
    }

    /// <summary>A server on a free loopback port that answers with 200 unless the test says otherwise.</summary>
    private sealed class HttpServer : IAsyncDisposable
    {
        private readonly HttpListener _listener = new();
        private readonly Task _answering;

        public HttpServer(Func<HttpListenerContext, Task> answer)
        {
            using var free = new TcpListener(IPAddress.Loopback, 0);
            free.Start();
            int port = ((IPEndPoint)free.LocalEndpoint).Port;
            free.Stop();
            Address = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}/"));
            _listener.Prefixes.Add(Address.ToString());
            _listener.Start();
            _answering = AnswerAsync(answer);
        }

        public Uri Address { get; }

        public async ValueTask DisposeAsync()
        {
            _listener.Stop();
            await _answering;
            _listener.Close();
        }

        private async Task AnswerAsync(Func<HttpListenerContext, Task> answer)
        {
            while (true)
            {
                HttpListenerContext context;
                try
                {
                    context = await _listener.GetContextAsync();
                }
                catch (Exception exception) when (exception is HttpListenerException or ObjectDisposedException)
                {
                    return;
                }

                await answer(context);
                context.Response.Close();
            }
        }
    }
}
