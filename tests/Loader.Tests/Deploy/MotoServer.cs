using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Loader.Tests.Deploy;

/// <summary>
/// moto_server, an independent interpreter of state machines (https://docs.getmoto.org). What the machines call, functions and S3, is asked at another port.
/// </summary>
internal sealed class MotoServer : IAsyncDisposable
{
    /// <summary>What the states sign their calls with.</summary>
    public const string AccessKeyId = "ak";

    private const string Authorization =
        "AWS4-HMAC-SHA256 Credential=caller/20240101/eu-west-1/states/aws4_request, SignedHeaders=host, Signature=0000";

    /// <summary>The interpreter is slow, and slower still beside other work; this decides nothing.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    private readonly Process _process;
    private readonly HttpClient _http;

    private MotoServer(Process process, Uri address)
    {
        _process = process;
        _http = new HttpClient { BaseAddress = address, Timeout = Patience };
    }

    /// <summary>Starts it, or ends the test where it is not installed.</summary>
    /// <param name="callsTo">Whose port, on localhost, the states call.</param>
    public static async Task<MotoServer> StartAsync(Uri callsTo)
    {
        var start = new ProcessStartInfo("moto_server", ["-H", "127.0.0.1", "-p", "0"]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["MOTO_PORT"] = callsTo.Port.ToString(CultureInfo.InvariantCulture);
        start.Environment["AWS_CONFIG_FILE"] = start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = Path.Combine(Path.GetTempPath(), "no-such-profile");
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (Win32Exception)
        {
            Assert.Ignore("moto_server is not installed: no machine is executed.");
            throw;
        }

        Uri address = await AddressAsync(process);
        var moto = new MotoServer(process, address);
        await moto.PostAsync("moto-api/config", """{"stepfunctions":{"execute_state_machine":true}}""", "application/json");
        return moto;
    }

    /// <summary>Runs a machine from its start to its end.</summary>
    /// <param name="definition">The machine.</param>
    /// <param name="input">Its input.</param>
    public async Task<Execution> ExecuteAsync(string definition, string input)
    {
        // One process executes one machine: it cannot copy a second execution's threads. What was switched on stays on.
        await PostAsync("moto-api/reset", "", "application/json");
        using var patience = new CancellationTokenSource(Patience);
        JsonNode machine = await AskAsync("CreateStateMachine", new()
        {
            ["name"] = "machine",
            ["definition"] = definition,
            ["roleArn"] = "arn:aws:iam::123456789012:role/machine",
        });
        JsonNode execution = await AskAsync("StartExecution", new() { ["stateMachineArn"] = machine["stateMachineArn"]!.DeepClone(), ["input"] = input });
        JsonObject Which() => new() { ["executionArn"] = execution["executionArn"]!.DeepClone() };
        JsonNode description;
        do
        {
            // There is no call that waits for the end.
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, patience.Token);
            description = await AskAsync("DescribeExecution", Which());
        }
        while (description["status"]!.GetValue<string>() == "RUNNING");

        JsonNode history = await AskAsync("GetExecutionHistory", Which());
        var mapRuns = new List<JsonNode>();
        foreach (JsonNode? mapRun in (await AskAsync("ListMapRuns", Which()))["mapRuns"]!.AsArray())
        {
            mapRuns.Add(await AskAsync("DescribeMapRun", new() { ["mapRunArn"] = mapRun!["mapRunArn"]!.DeepClone() }));
        }

        return new Execution(description, history["events"]!.AsArray(), mapRuns);
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    /// <summary>Reads what it writes to the end of its life, for else it would stop at a full pipe; the address comes first.</summary>
    private static async Task<Uri> AddressAsync(Process process)
    {
        const string Mark = "Running on ";
        var address = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new StringBuilder();
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) =>
        {
            if (address.Task.IsCompleted)
            {
                return;
            }

            log.AppendLine(line.Data);
            if (line.Data is null)
            {
                address.TrySetException(new AssertionException($"moto_server does not start: {log}"));
            }
            else if (line.Data.IndexOf(Mark, StringComparison.Ordinal) is var at and >= 0)
            {
                address.TrySetResult(new Uri(line.Data[(at + Mark.Length)..].Trim()));
            }
        };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return await address.Task.WaitAsync(Patience, TimeProvider.System);
    }

    private Task<JsonNode> AskAsync(string operation, JsonObject request) => PostAsync("", request.ToJsonString(), "application/x-amz-json-1.0", operation);

    private async Task<JsonNode> PostAsync(string path, string body, string contentType, string? operation = null)
    {
        using var content = new StringContent(body, Encoding.UTF8);
        content.Headers.ContentType = new MediaTypeHeaderValue(contentType);
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        if (operation is not null)
        {
            request.Headers.TryAddWithoutValidation("X-Amz-Target", $"AWSStepFunctions.{operation}");
            request.Headers.TryAddWithoutValidation("Authorization", Authorization);
        }

        using HttpResponseMessage response = await _http.SendAsync(request);
        string answer = await response.Content.ReadAsStringAsync();
        Assert.That(response.IsSuccessStatusCode, Is.True, $"{operation ?? path}: {answer}");
        return JsonNode.Parse(answer)!;
    }
}
