using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;
using Amazon.Runtime;
using Loader.Infrastructure.Aws.Configuration;
using Loader.Infrastructure.Aws.Json;
using Loader.Infrastructure.Timestream;
using Microsoft.Extensions.Logging.Abstractions;

namespace Loader.Tests.Timestream;

/// <summary>Sends the response to one request, byte by byte as it likes. The connection is closed afterwards.</summary>
internal delegate Task HostileAnswer(HostileTimestream server, Stream connection, CancellationToken cancellationToken);

/// <summary>
/// A Timestream server on a bare socket that answers chosen operations as no service should, and all others as Timestream does. Each request has a connection
/// of its own, so that nothing of one response can be taken for the next one.
/// </summary>
internal sealed class HostileTimestream : IAsyncDisposable
{
    private const string Table = """
        {"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":24,"MagneticStoreRetentionPeriodInDays":73000},
        "MagneticStoreWriteProperties":{"EnableMagneticStoreWrites":true,"MagneticStoreRejectedDataLocation":{"S3Configuration":{"BucketName":"rejected"}}}}}
        """;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyDictionary<string, HostileAnswer> _answers;
    private readonly ConcurrentQueue<string> _operations = new();
    private readonly Channel<bool> _stalled = Channel.CreateUnbounded<bool>();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    private HostileTimestream(IReadOnlyDictionary<string, HostileAnswer> answers)
    {
        _answers = answers;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Gets the operations that were requested, in order.</summary>
    public IReadOnlyList<string> Operations => [.. _operations];

    /// <summary>Gets the host and port, as DescribeEndpoints returns them.</summary>
    public string Authority => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    public static HostileTimestream Start(string operation, HostileAnswer answer) =>
        new(new Dictionary<string, HostileAnswer>(StringComparer.Ordinal) { [operation] = answer });

    /// <summary>Connects a sink that retries once, without delay.</summary>
    public TimestreamSink Connect(TimeProvider time, bool discover = false)
    {
        var options = new TimestreamOptions
        {
            DatabaseName = "energy",
            GenerationTableName = "generation",
            ConsumptionTableName = "consumption",
            TransmissionTableName = "transmission",
            MaxRetries = 1,
        };
        var aws = new AwsConnection(
            new AwsOptions
            {
                Region = "eu-west-1",
                Credentials = new BasicAWSCredentials("AKIA", "secret"),
                TimestreamEndpoint = new Uri($"http://{Authority}"),
                DiscoverTimestreamEndpoint = discover,
            },
            time);
        return new TimestreamSink(options, aws, time, NullLogger.Instance, () => 0);
    }

    /// <summary>Waits until a response has stopped, so that the client waits for the rest of it.</summary>
    public async Task StalledAsync() => await _stalled.Reader.ReadAsync();

    /// <summary>Tells the test that the client now waits.</summary>
    public void ReportStalled() => _stalled.Writer.TryWrite(true);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket socket = await _listener.AcceptSocketAsync(_stop.Token);
                _connections.Add(ServeAsync(socket));
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or SocketException or InvalidOperationException)
        {
            // The server was stopped.
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        try
        {
            await using var connection = new NetworkStream(socket, ownsSocket: true);
            if (await ReceiveAsync(connection) is not var (operation, records))
            {
                return;
            }

            _operations.Enqueue(operation);
            HostileAnswer answer = _answers.GetValueOrDefault(operation) ?? Usual(operation, records);
            await answer(this, connection, _stop.Token);
            socket.Shutdown(SocketShutdown.Send);

            // Closing with unread bytes would reset the connection and could take the response away from the client.
            await connection.CopyToAsync(Stream.Null, _stop.Token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException)
        {
            // The client closed the connection, or the server was stopped.
        }
    }

    private HostileAnswer Usual(string operation, int records) => Hostile.Ok(operation switch
    {
        "DescribeEndpoints" => $$"""{"Endpoints":[{"Address":"{{Authority}}","CachePeriodInMinutes":1440}]}""",
        "DescribeTable" => Table,
        _ => string.Create(CultureInfo.InvariantCulture, $"{{\"RecordsIngested\":{{\"Total\":{records},\"MemoryStore\":{records},\"MagneticStore\":0}}}}"),
    });

    /// <summary>Receives a request. Returns its operation and the number of its records, or null if the client closed the connection.</summary>
    private async Task<(string Operation, int Records)?> ReceiveAsync(NetworkStream connection)
    {
        var received = new List<byte>();
        byte[] buffer = new byte[65_536];
        while (true)
        {
            int count = await connection.ReadAsync(buffer, _stop.Token);
            if (count == 0)
            {
                return null;
            }

            received.AddRange(buffer.AsSpan(0, count));
            string text = Encoding.UTF8.GetString([.. received]);
            int end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end < 0)
            {
                continue;
            }

            string[] headers = text[..end].Split("\r\n");
            int length = int.Parse(Header(headers, "Content-Length"), CultureInfo.InvariantCulture);
            if (received.Count < end + 4 + length)
            {
                continue;
            }

            return (Header(headers, "x-amz-target").Split('.')[1], text.Split("\"Time\":").Length - 1);
        }
    }

    private static string Header(string[] headers, string name) =>
        headers.First(header => header.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Split(':', 2)[1].Trim();
}
