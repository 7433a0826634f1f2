using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Loader.LocalAws.Http;

internal static class ReplyWriter
{
    /// <summary>Sends a reply. <paramref name="keep"/> truncates the body, although Content-Length announces all of it.</summary>
    public static async Task SendAsync(HttpContext context, Reply reply, TimeProvider time, long keep = long.MaxValue)
    {
        var response = context.Response;
        response.StatusCode = reply.Status;
        if (!ReferenceEquals(time, TimeProvider.System))
        {
            response.Headers.Date = time.GetUtcNow().ToString("R", CultureInfo.InvariantCulture);
        }

        foreach (var (name, value) in reply.Headers)
        {
            response.Headers.Append(name, value);
        }

        if (reply.Status is StatusCodes.Status204NoContent or StatusCodes.Status304NotModified)
        {
            return;
        }

        response.ContentType = reply.ContentType;
        response.ContentLength = reply.Length;
        if (reply.HeadersOnly)
        {
            return;
        }

        // A body shorter than its Content-Length makes Kestrel close the connection after the last written byte.
        var length = Math.Min(reply.Length, keep);
        if (reply.File is null)
        {
            await response.Body.WriteAsync(reply.Body[..(int)length], context.RequestAborted);
        }
        else
        {
            await response.SendFileAsync(reply.File, reply.FileOffset, length, context.RequestAborted);
        }

        if (length < reply.Length)
        {
            await response.Body.FlushAsync(context.RequestAborted);
        }
    }
}
