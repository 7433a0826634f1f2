using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Loader.LocalAws.Http;

internal static class ConnectionReset
{
    /// <summary>Closes the connection with a TCP reset rather than an orderly end.</summary>
    public static void Abort(HttpContext context)
    {
        if (context.Features.Get<IConnectionSocketFeature>()?.Socket is { } socket)
        {
            socket.LingerState = new(enable: true, seconds: 0);
        }

        context.Abort();
    }
}
