using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>For orientation: the same bodies through sockets alone, neither signed nor parsed, on one blocking thread a connection.</summary>
/// <param name="bodies">The bodies.</param>
/// <param name="endpoint">Where they go.</param>
/// <param name="inFlight">The connections.</param>
internal sealed class RawSocketLoop(Bodies bodies, Uri endpoint, int inFlight)
{
    private int _taken;

    public async Task<long> RunAsync(CancellationToken cancellationToken)
    {
        _taken = 0;
        await Task.WhenAll(Enumerable.Range(0, inFlight).Select(_ =>
            Task.Factory.StartNew(() => Send(cancellationToken), cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
        return bodies.Rows;
    }

    private void Send(CancellationToken cancellationToken)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, endpoint.Port);
        var request = new byte[bodies.All.Max(body => body.Length) + 1024];
        var answer = new byte[4096];
        int next;
        while ((next = Interlocked.Increment(ref _taken) - 1) < bodies.All.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            byte[] body = bodies.All[next];
            int length = Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {body.Length}\r\n\r\n", request);
            body.CopyTo(request, length);
            socket.Send(request.AsSpan(0, length + body.Length));
            if (socket.Receive(answer) == 0)
            {
                throw new IOException("The endpoint closed the connection.");
            }
        }
    }
}
