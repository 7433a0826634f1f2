using System.Net.Sockets;

namespace Loader.Benchmarks.Endpoint;

/// <summary>
/// Answers Timestream's write operations on a loopback port; of what they say it counts only the records.
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

    private readonly ConnectionListener _listener;
    private readonly ManualResetEvent _stopped = new(initialState: false);
    private readonly TimeSpan _latency;

    /// <summary>Initializes a new instance of the <see cref="DiscardingEndpoint"/> class, which listens from here on.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="latency">The time between the end of a request and its answer.</param>
    public DiscardingEndpoint(int port, TimeSpan latency)
    {
        _latency = latency;
        _listener = new ConnectionListener(port, Serve);
    }

    /// <summary>Gets the port.</summary>
    public int Port => _listener.Port;

    /// <summary>Begins to take connections.</summary>
    public void Start() => _listener.Start();

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopped.Set();
        _listener.Dispose();
    }

    private static byte[] Answer(string body) => System.Text.Encoding.UTF8.GetBytes(
        $"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {System.Text.Encoding.UTF8.GetByteCount(body)}\r\n\r\n{body}");

    private void Serve(Socket connection)
    {
        var buffer = new byte[BufferBytes];
        while (RequestFrame.TryReceive(connection, buffer, out bool describes, out int records))
        {
            if (_latency > TimeSpan.Zero)
            {
                _stopped.WaitOne(_latency);
            }

            connection.Send(describes ? Description : Confirmations[Math.Min(records, MaxRecords)]);
        }
    }
}
