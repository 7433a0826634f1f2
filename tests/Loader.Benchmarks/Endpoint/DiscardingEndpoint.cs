using System.Net;
using System.Net.Sockets;

namespace Loader.Benchmarks.Endpoint;

/// <summary>
/// Answers Timestream's write operations on a loopback port; of what they say it counts only the records. One blocking thread a connection: that costs two system calls a
/// request and little else, so that what is measured is the client.
/// </summary>
internal sealed class DiscardingEndpoint : IDisposable
{
    private const int BufferBytes = 64 << 10;

    private const int MaxRecords = 100;

    /// <summary>The answers to requests with 0 to 100 records.</summary>
    private static readonly byte[][] Confirmations = [.. Enumerable.Range(0, MaxRecords + 1).Select(
        count => Answer($$$"""{"RecordsIngested":{"MagneticStore":0,"MemoryStore":{{{count}}},"Total":{{{count}}}}}"""))];

    private static readonly byte[] Description = Answer(
        """
        {"Table":{"RetentionProperties":{"MemoryStoreRetentionPeriodInHours":24,"MagneticStoreRetentionPeriodInDays":73000},
        "MagneticStoreWriteProperties":{"EnableMagneticStoreWrites":true,"MagneticStoreRejectedDataLocation":{"S3Configuration":{"BucketName":"rejected"}}}}}
        """);

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly ManualResetEvent _stopped = new(initialState: false);
    private readonly TimeSpan _latency;

    /// <summary>Initializes a new instance of the <see cref="DiscardingEndpoint"/> class, which listens from here on.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="latency">The time between the end of a request and its answer.</param>
    public DiscardingEndpoint(int port, TimeSpan latency)
    {
        _latency = latency;
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        _listener.Listen(512);
    }

    /// <summary>Gets the port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndPoint!).Port;

    /// <summary>Begins to take connections.</summary>
    public void Start() => StartThread(Accept);

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped.Set();
        _listener.Dispose();
    }

    private static byte[] Answer(string body) => System.Text.Encoding.UTF8.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private static void StartThread(ThreadStart run) => new Thread(run, maxStackSize: 256 << 10) { IsBackground = true }.Start();

    private void Accept()
    {
        try
        {
            while (true)
            {
                Socket connection = _listener.Accept();
                connection.NoDelay = true;
                StartThread(() => Serve(connection));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException && _stopped.WaitOne(0))
        {
            // Disposing is how it ends.
        }
    }

    private void Serve(Socket connection)
    {
        var buffer = new byte[BufferBytes];
        using (connection)
        {
            try
            {
                while (RequestFrame.TryReceive(connection, buffer, out bool describes, out int records))
                {
                    if (_latency > TimeSpan.Zero)
                    {
                        _stopped.WaitOne(_latency);
                    }

                    connection.Send(describes ? Description : Confirmations[Math.Min(records, MaxRecords)]);
                }
            }
            catch (SocketException)
            {
                // The client is gone.
            }
        }
    }
}
