using System.Collections.Concurrent;
using System.Diagnostics;
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

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

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
        // The examples are built with the configuration of the tests, into a folder beside theirs.
        string configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        string path = Path.Combine(Repository.Root, "artifacts", "bin", project, configuration, program + ".dll");
        var start = new ProcessStartInfo("dotnet", [path, .. arguments])
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach ((string name, string value) in environment)
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using var limit = new CancellationTokenSource(Limit);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        finally
        {
            process.Kill();
        }

        return (process.ExitCode, await output + await error);
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
