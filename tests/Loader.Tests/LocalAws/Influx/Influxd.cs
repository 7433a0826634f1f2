using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Loader.Tests.LocalAws.Influx;

/// <summary>
/// InfluxDB 1 as Debian packages it (influxd 1.6.7): a real server with the line protocol and the storage that engine 2 also has. It listens on a free loopback
/// port and keeps its data in a folder that goes with it.
/// </summary>
internal sealed class Influxd : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly string _folder;
    private readonly HttpClient _http;

    private Influxd(Process process, string folder, Uri address)
    {
        _process = process;
        _folder = folder;
        _http = new HttpClient { BaseAddress = address, Timeout = Patience };
        Address = address;
    }

    /// <summary>Gets the address of the HTTP service.</summary>
    public Uri Address { get; }

    /// <summary>Starts it, or skips the test where it is not installed.</summary>
    public static async Task<Influxd> StartAsync()
    {
        string folder = Directory.CreateTempSubdirectory("influxd").FullName;
        string settings = Path.Combine(folder, "influxdb.conf");
        await File.WriteAllTextAsync(settings, $"""
            reporting-disabled = true
            bind-address = "127.0.0.1:0"
            [meta]
              dir = "{folder}/meta"
            [data]
              dir = "{folder}/data"
              wal-dir = "{folder}/wal"
            [http]
              bind-address = "127.0.0.1:0"
              log-enabled = false
            [monitor]
              store-enabled = false
            [continuous_queries]
              enabled = false
            """);
        var start = new ProcessStartInfo("influxd", ["-config", settings]) { RedirectStandardError = true, RedirectStandardOutput = true, UseShellExecute = false };
        foreach (string name in start.Environment.Keys.Where(name => name.StartsWith("INFLUXDB_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Directory.Delete(folder, recursive: true);
            Assert.Ignore("Skipped: influxd is not installed.");
            throw;
        }

        try
        {
            return new Influxd(process, folder, await AddressAsync(process));
        }
        catch
        {
            await EndAsync(process, folder);
            throw;
        }
    }

    /// <summary>Makes a database.</summary>
    public async Task CreateDatabaseAsync(string name)
    {
        using var content = new FormUrlEncodedContent([new("q", $"CREATE DATABASE \"{name}\"")]);
        using HttpResponseMessage response = await _http.PostAsync(new Uri("query", UriKind.Relative), content);
        response.EnsureSuccessStatusCode();
    }

    /// <summary>Writes lines with times in nanoseconds. Returns the status and the error.</summary>
    public async Task<(int Status, string? Error)> WriteAsync(string database, string lines)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(lines));
        using HttpResponseMessage response = await _http.PostAsync(new Uri($"write?precision=ns&db={database}", UriKind.Relative), content);
        string text = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, text.Length == 0 ? null : JsonDocument.Parse(text).RootElement.GetProperty("error").GetString());
    }

    /// <summary>Asks in InfluxQL, with times in nanoseconds.</summary>
    public Task<string> QueryAsync(string database, string query) =>
        _http.GetStringAsync(new Uri($"query?epoch=ns&db={database}&q={Uri.EscapeDataString(query)}", UriKind.Relative));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await EndAsync(_process, _folder);
    }

    private static async Task EndAsync(Process process, string folder)
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Reads what it writes to the end of its life, for it would stop at a full pipe; the address of the HTTP service is in one of the first lines.</summary>
    private static async Task<Uri> AddressAsync(Process process)
    {
        const string Mark = "Listening on HTTP";
        const string Name = "addr=";
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new StringBuilder();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (address.Task.IsCompleted)
            {
                return;
            }

            if (line.Data is null)
            {
                address.TrySetException(new AssertionException($"influxd does not start: {log}"));
                return;
            }

            log.AppendLine(line.Data);
            if (line.Data.Contains(Mark, StringComparison.Ordinal))
            {
                string rest = line.Data[(line.Data.IndexOf(Name, StringComparison.Ordinal) + Name.Length)..];
                address.TrySetResult(new Uri($"http://{rest.Split(' ')[0]}/"));
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return await address.Task.WaitAsync(Patience, TimeProvider.System);
    }
}
