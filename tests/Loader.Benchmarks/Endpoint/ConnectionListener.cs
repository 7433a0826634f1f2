using System.Net;
using System.Net.Sockets;

namespace Loader.Benchmarks.Endpoint;

/// <summary>
/// Listens on a loopback port and serves every connection on a blocking thread of its own: that costs two system calls a request and little else, so that what is
/// measured is the client.
/// </summary>
internal sealed class ConnectionListener : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly Action<Socket> _serve;
    private volatile bool _isStopped;

    /// <summary>Initializes a new instance of the <see cref="ConnectionListener"/> class, which listens from here on.</summary>
    /// <param name="port">The port; 0 for a free one.</param>
    /// <param name="serve">Serves a connection until it ends. A <see cref="SocketException"/> means that the client is gone.</param>
    public ConnectionListener(int port, Action<Socket> serve)
    {
        _serve = serve;
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
        _isStopped = true;
        _listener.Dispose();
    }

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
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException && _isStopped)
        {
            // Disposing is how it ends.
        }
    }

    private void Serve(Socket connection)
    {
        using (connection)
        {
            try
            {
                _serve(connection);
            }
            catch (SocketException)
            {
                // The client is gone.
            }
        }
    }
}
