using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.S3;

namespace Loader.Tests.S3;

/// <summary>A server on loopback that answers each request with whatever bytes a test wants, one request a connection.</summary>
internal sealed class HostileS3 : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<HostileCall, Task> _answer;
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    public HostileS3(Func<HostileCall, Task> answer)
    {
        _answer = answer;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Endpoint => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    /// <summary>Gets limits with small numbers, so that a test needs few requests.</summary>
    public static S3Limits Limits { get; } = new() { MaxInterruptions = 2, MaxEmptyPages = 20 };

    /// <summary>Gets limits of time that are soon over, for tests that wait for them.</summary>
    public static S3Limits Short { get; } =
        Limits with { HeaderTimeout = TimeSpan.FromMilliseconds(400), Window = TimeSpan.FromMilliseconds(400), MinBytes = 1_024 };

    /// <summary>Gets the first lines of the requests so far.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public IAmazonS3 CreateClient(S3Limits? limits = null, AWSCredentials? credentials = null)
    {
        var options = new AwsOptions
        {
            Region = "eu-west-1",
            S3Endpoint = Endpoint,
            Credentials = credentials ?? new BasicAWSCredentials("AKIALOCALAWS", "local-secret"),
        };
        return S3ClientFactory.Create(new AwsSettings(options, _ => null, _ => new AwsProfile(), () => null), limits ?? Limits, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            for (int number = 1; ; number++)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
                int ofThis = number;
                _connections.Add(Task.Run(() => ServeAsync(client, ofThis)));
            }
        }
        catch (OperationCanceledException)
        {
            // The test is over.
        }
    }

    private async Task ServeAsync(TcpClient client, int number)
    {
        using (client)
        {
            try
            {
                NetworkStream stream = client.GetStream();
                var head = new StringBuilder();
                var one = new byte[1];
                while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one, _stop.Token) == 1)
                {
                    head.Append((char)one[0]);
                }

                if (head.Length > 0)
                {
                    string text = head.ToString();
                    _requests.Enqueue(text[..text.IndexOf('\r', StringComparison.Ordinal)]);
                    await _answer(new HostileCall(text, number, stream, _stop.Token));
                }
            }
            catch (Exception exception) when (exception is IOException or OperationCanceledException or SocketException)
            {
                // The client gave up, or the test is over.
            }
        }
    }
}

/// <summary>A request, and how to answer it.</summary>
/// <param name="Head">The request without its body.</param>
/// <param name="Number">The number of the request, from 1.</param>
/// <param name="Stream">The connection.</param>
/// <param name="Stop">Cancelled when the test is over.</param>
internal sealed record HostileCall(string Head, int Number, Stream Stream, CancellationToken Stop)
{
    public bool IsListing => Head.Contains("list-type=2", StringComparison.Ordinal);

    /// <summary>Waits until the test is over.</summary>
    public Task NeverAsync() => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, Stop);

    public string? Header(string name) =>
        Head.Split("\r\n").FirstOrDefault(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?[(name.Length + 1)..].Trim();

    /// <summary>Returns the range of an object that the request asks for.</summary>
    public (int Offset, int End) Range(int length)
    {
        string[] range = Header("Range")!["bytes=".Length..].Split('-');
        return range[0].Length == 0
            ? (Math.Max(0, length - int.Parse(range[1], CultureInfo.InvariantCulture)), length)
            : (int.Parse(range[0], CultureInfo.InvariantCulture), int.Parse(range[1], CultureInfo.InvariantCulture) + 1);
    }

    /// <summary>Sends status and headers. Without a length, the body ends with the connection.</summary>
    public Task SendHeadAsync(int status, params (string Name, string? Value)[] headers) =>
        SendAsync(
            $"HTTP/1.1 {status} Status\r\nConnection: close\r\n"
            + string.Concat(headers.Where(h => h.Value is not null).Select(h => $"{h.Name}: {h.Value}\r\n")) + "\r\n");

    public Task SendAsync(string text) => Stream.WriteAsync(Encoding.Latin1.GetBytes(text), Stop).AsTask();

    /// <summary>Sends a complete response.</summary>
    public async Task ReplyAsync(int status, string body, params (string Name, string? Value)[] headers)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(body);
        await SendHeadAsync(status, [("Content-Length", bytes.Length.ToString(CultureInfo.InvariantCulture)), .. headers]);
        await Stream.WriteAsync(bytes, Stop);
    }

    public Task ErrorAsync(int status, string code, string message = "message") =>
        ReplyAsync(status, $"<?xml version=\"1.0\"?><Error><Code>{code}</Code><Message>{message}</Message></Error>");

    /// <summary>Sends one page of a listing.</summary>
    public Task PageAsync(string content) =>
        ReplyAsync(200, $"<?xml version=\"1.0\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">{content}</ListBucketResult>");
}
