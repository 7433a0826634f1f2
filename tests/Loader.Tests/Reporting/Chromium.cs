using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Loader.Tests.Reporting;

/// <summary>A headless Chromium, driven by the DevTools protocol: https://chromedevtools.github.io/devtools-protocol/.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome"];

    private readonly Process _process;
    private readonly string _folder;
    private readonly ClientWebSocket _socket = new();
    private readonly CancellationTokenSource _limit = new(Limit);
    private Task _drained = Task.CompletedTask;
    private string _session = "";
    private int _number;

    private Chromium(Process process, string folder)
    {
        _process = process;
        _folder = folder;
    }

    /// <summary>Gets the requests since the last page was opened, apart from that for the page.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Gets what was written to the console, including violations of the policy and exceptions.</summary>
    public List<string> Messages { get; } = [];

    /// <summary>Starts a browser, or skips the test.</summary>
    public static async Task<Chromium> StartOrIgnoreAsync()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        string? command = Names.SelectMany(name => folders.Select(folder => Path.Combine(folder, name))).FirstOrDefault(File.Exists);
        if (command is null)
        {
            Assert.Ignore("Skipped: there is no chromium on the PATH.");
        }

        string folder = Directory.CreateTempSubdirectory("loader-chromium-").FullName;
        var start = new ProcessStartInfo(command)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars", "--no-first-run", "--disable-extensions",
                "--disable-background-networking", "--remote-debugging-port=0", $"--user-data-dir={folder}", "about:blank",
            },
        };
        start.Environment["HOME"] = folder;
        var browser = new Chromium(Process.Start(start)!, folder);
        try
        {
            await browser.ConnectAsync();
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens a page in a window of a width and a colour scheme, and waits until it is loaded.</summary>
    public async Task OpenAsync(string file, int width, string scheme)
    {
        await CallAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = width, ["height"] = 1_000, ["deviceScaleFactor"] = 1, ["mobile"] = false });
        await CallAsync(
            "Emulation.setEmulatedMedia",
            new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }) });
        Requests.Clear();
        Messages.Clear();
        await CallAsync("Page.navigate", new JsonObject { ["url"] = new Uri(file).AbsoluteUri }, until: "Page.loadEventFired");

        // What the page asked for or wrote comes before the answer to a later call.
        await EvaluateAsync("document.fonts.ready.then(() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(() => r(1)))))");
    }

    /// <summary>Returns the value of an expression in the page.</summary>
    public async Task<JsonElement> EvaluateAsync(string expression)
    {
        JsonElement result = await CallAsync(
            "Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true, ["awaitPromise"] = true });
        Assert.That(result.TryGetProperty("exceptionDetails", out JsonElement failure), Is.False, failure.ToString);
        return result.GetProperty("result").GetProperty("value");
    }

    /// <summary>Takes a screenshot of the whole page.</summary>
    public async Task<byte[]> ScreenshotAsync()
    {
        JsonElement result = await CallAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png", ["captureBeyondViewport"] = true });
        return result.GetProperty("data").GetBytesFromBase64();
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _limit.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        await _drained;
        _process.Dispose();
        try
        {
            Directory.Delete(_folder, recursive: true);
        }
        catch (IOException)
        {
            // A process of the browser still ends.
        }
    }

    private async Task ConnectAsync()
    {
        const string Prefix = "DevTools listening on ";
        string? line;
        do
        {
            line = await _process.StandardError.ReadLineAsync(_limit.Token) ?? throw new InvalidOperationException("chromium ended before it listened.");
        }
        while (!line.StartsWith(Prefix, StringComparison.Ordinal));

        // A full pipe would stop the browser.
        _drained = Task.WhenAll(_process.StandardError.ReadToEndAsync(), _process.StandardOutput.ReadToEndAsync());
        await _socket.ConnectAsync(new Uri(line[Prefix.Length..]), _limit.Token);
        JsonElement target = await CallAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank" });
        JsonElement session = await CallAsync(
            "Target.attachToTarget", new JsonObject { ["targetId"] = target.GetProperty("targetId").GetString(), ["flatten"] = true });
        _session = session.GetProperty("sessionId").GetString()!;
        foreach (string domain in (string[])["Page", "Network", "Log", "Runtime", "Audits"])
        {
            await CallAsync($"{domain}.enable", []);
        }
    }

    /// <summary>Calls a method and waits for its answer, and for an event if one is named.</summary>
    private async Task<JsonElement> CallAsync(string method, JsonObject parameters, string? until = null)
    {
        int id = ++_number;
        var message = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        if (_session.Length > 0)
        {
            message["sessionId"] = _session;
        }

        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(message), WebSocketMessageType.Text, endOfMessage: true, _limit.Token);
        JsonElement? answer = null;
        bool isOver = until is null;
        while (answer is null || !isOver)
        {
            JsonElement received = await ReceiveAsync();
            if (received.TryGetProperty("id", out JsonElement of) && of.GetInt32() == id)
            {
                answer = received.TryGetProperty("result", out JsonElement result) ? result : throw new InvalidOperationException(received.ToString());
            }
            else if (received.TryGetProperty("method", out JsonElement name))
            {
                isOver |= name.GetString() == until;
                Record(name.GetString()!, received.GetProperty("params"));
            }
        }

        return answer.Value;
    }

    private void Record(string name, JsonElement parameters)
    {
        switch (name)
        {
            case "Network.requestWillBeSent" when parameters.GetProperty("type").GetString() != "Document":
                Requests.Add(parameters.GetProperty("request").GetProperty("url").GetString()!);
                break;
            case "Log.entryAdded" or "Runtime.consoleAPICalled" or "Runtime.exceptionThrown" or "Audits.issueAdded":
                Messages.Add(parameters.ToString());
                break;
        }
    }

    private async Task<JsonElement> ReceiveAsync()
    {
        using var message = new MemoryStream();
        byte[] buffer = new byte[1 << 16];
        ValueWebSocketReceiveResult part;
        do
        {
            part = await _socket.ReceiveAsync(buffer.AsMemory(), _limit.Token);
            message.Write(buffer, 0, part.Count);
        }
        while (!part.EndOfMessage);

        return JsonDocument.Parse(message.ToArray()).RootElement;
    }
}
