using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading.Channels;

namespace Loader.Tests.Support;

/// <summary>Sends the response to one request, byte by byte as it likes. The connection is closed afterwards.</summary>
internal delegate Task HostileAnswer(HostileServer server, Stream connection, CancellationToken cancellationToken);

/// <summary>
/// A server on a bare socket that answers chosen operations as no service should, and all others as the service does. Each request has a connection of its own,
/// so that nothing of one response can be taken for the next one.
/// </summary>
internal abstract class HostileServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly IReadOnlyDictionary<string, HostileAnswer> _answers;
    private readonly ConcurrentQueue<string> _operations = new();
    private readonly Channel<bool> _stalled = Channel.CreateUnbounded<bool>();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;

    protected HostileServer(string operation, HostileAnswer answer)
    {
        _answers = new Dictionary<string, HostileAnswer>(StringComparer.Ordinal) { [operation] = answer };
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Gets the operations that were requested, in order.</summary>
    public IReadOnlyList<string> Operations => [.. _operations];

    /// <summary>Gets the host and port.</summary>
    public string Authority => string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

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

    /// <summary>Returns the operation of a request.</summary>
    /// <param name="head">The request line and the headers.</param>
    protected abstract string OperationOf(string[] head);

    /// <summary>Returns the response of the service.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="request">The request.</param>
    protected abstract HostileAnswer Usual(string operation, string request);

    protected static string Header(string[] headers, string name) =>
        headers.FirstOrDefault(header => header.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))?.Split(':', 2)[1].Trim() ?? "";

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
            if (await ReceiveAsync(connection) is not var (operation, request))
            {
                return;
            }

            _operations.Enqueue(operation);
            HostileAnswer answer = _answers.GetValueOrDefault(operation) ?? Usual(operation, request);
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

    /// <summary>Receives a request. Returns its operation and its text, or null if the client closed the connection.</summary>
    private async Task<(string Operation, string Request)?> ReceiveAsync(NetworkStream connection)
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
            int length = int.TryParse(Header(headers, "Content-Length"), CultureInfo.InvariantCulture, out int announced) ? announced : 0;
            if (received.Count < end + 4 + length)
            {
                continue;
            }

            return (OperationOf(headers), text);
        }
    }
}
