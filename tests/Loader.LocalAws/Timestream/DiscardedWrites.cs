using System.Buffers;
using System.Globalization;
using System.Text;
using Loader.LocalAws.Http;
using Microsoft.AspNetCore.Http;

namespace Loader.LocalAws.Timestream;

/// <summary>WriteRecords for benchmarks: reads the body, counts its times, responds. Parses nothing.</summary>
internal static class DiscardedWrites
{
    private static readonly Reply[] Replies = [.. Enumerable.Range(0, 101).Select(CreateReply)];

    public static bool Takes(HttpRequest request) =>
        string.Equals(request.Headers["X-Amz-Target"].ToString(), "Timestream_20181101.WriteRecords", StringComparison.Ordinal);

    /// <summary>The number of records in a body in which every record has its own time; at most 100.</summary>
    public static int Count(ReadOnlySpan<byte> body) => Math.Min(body.Count("\"Time\":"u8), 100);

    public static Reply Reply(int records) => Replies[records];

    public static async Task HandleAsync(HttpContext context)
    {
        var length = (int)(context.Request.ContentLength ?? 0);
        var buffer = ArrayPool<byte>.Shared.Rent(Math.Max(length, 1));
        int records;
        try
        {
            await context.Request.Body.ReadExactlyAsync(buffer.AsMemory(0, length), context.RequestAborted);
            records = Count(buffer.AsSpan(0, length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        await ReplyWriter.SendAsync(context, Replies[records], TimeProvider.System);
    }

    private static Reply CreateReply(int records)
    {
        var total = records.ToString(CultureInfo.InvariantCulture);
        var body = "{\"RecordsIngested\":{\"Total\":" + total + ",\"MemoryStore\":" + total + ",\"MagneticStore\":0}}";
        return new Reply { Status = 200, ContentType = JsonReply.ContentType, Body = Encoding.UTF8.GetBytes(body) }
            .With("x-amzn-RequestId", "00000000-0000-0000-0000-000000000000");
    }
}
