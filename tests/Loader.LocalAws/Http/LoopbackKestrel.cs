using System.Net;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Loader.LocalAws.Http;

/// <summary>Kestrel on loopback ports, without a host, so that a test process gets no signal handlers, configuration or logging.</summary>
internal static class LoopbackKestrel
{
    /// <summary>Creates a server that listens on these ports once it is started; 0 is any free port.</summary>
    public static KestrelServer Create(IEnumerable<int> ports)
    {
        var options = new KestrelServerOptions { AddServerHeader = false };
        options.Limits.MaxRequestBodySize = null;
        options.Limits.MinRequestBodyDataRate = null;
        options.Limits.MinResponseDataRate = null;
        foreach (var port in ports)
        {
            options.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        }

        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), NullLoggerFactory.Instance);
        return new KestrelServer(Options.Create(options), transport, NullLoggerFactory.Instance);
    }

    /// <summary>The addresses of a started server, in the order of its ports.</summary>
    public static List<Uri> Addresses(KestrelServer server) =>
        [.. server.Features.Get<IServerAddressesFeature>()!.Addresses.Select(address => new Uri(address))];

    /// <summary>Stops without waiting for requests in progress.</summary>
    public static async Task StopAtOnceAsync(KestrelServer server)
    {
        using var atOnce = new CancellationTokenSource();
        await atOnce.CancelAsync();
        await server.StopAsync(atOnce.Token);
        server.Dispose();
    }
}
