using System.Text;
using Loader.Infrastructure.Requests;

namespace Loader.Tests.Aws;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class CoalescingStreamTests : IDisposable
{
    private readonly Connection _connection = new();
    private readonly CoalescingStream _stream;

    public CoalescingStreamTests() => _stream = new CoalescingStream(_connection);

    [Test]
    public async Task A_request_written_in_pieces_is_sent_in_one([Values(1, 7, 100, 4_096)] int piece)
    {
        string request = Request(bodyLength: 6_000);

        await WriteAsync(request, piece);
        await WriteAsync(request, piece);

        // If the headers arrive in pieces, the length is not known, and everything is forwarded unchanged.
        string[] expected = piece < 100 ? [.. request.Chunk(piece).Select(chars => new string(chars)), .. request.Chunk(piece).Select(chars => new string(chars))] : [request, request];
        Assert.That(_connection.Writes, Is.EqualTo(expected));
    }

    [TestCase(0)]
    [TestCase(10)]
    public async Task A_request_written_in_one_piece_is_forwarded_unchanged(int bodyLength)
    {
        await WriteAsync(Request(bodyLength), 4_096);

        Assert.That(_connection.Writes, Is.EqualTo(new[] { Request(bodyLength) }));
    }

    [Test]
    public async Task A_request_above_the_limit_is_forwarded_unchanged_and_the_next_one_is_buffered()
    {
        string large = Request(CoalescingStream.MaxBuffered);
        string small = Request(5_000);

        await WriteAsync(large, 40_000);
        await WriteAsync(small, 4_096);

        Assert.That(_connection.Writes, Is.EqualTo(new[] { large[..40_000], large[40_000..], small }));
    }

    [TestCase("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: many\r\n\r\n")]
    [TestCase("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nmore than three")]
    [TestCase("\u0016\u0003\u0001")]
    public async Task Data_without_a_valid_length_is_never_buffered(string beginning)
    {
        await WriteAsync(beginning, 4_096);
        await WriteAsync("a", 1);
        await WriteAsync(Request(5_000)[..100], 100);

        Assert.That(_connection.Writes, Is.EqualTo(new[] { beginning, "a", Request(5_000)[..100] }));
    }

    [Test]
    public async Task A_flush_sends_everything_that_is_buffered()
    {
        string request = Request(5_000);

        await WriteAsync(request[..4_096], 4_096);
        await _stream.FlushAsync();
        await WriteAsync(request[4_096..], 4_096);

        Assert.That(string.Concat(_connection.Writes), Is.EqualTo(request));
    }

    public void Dispose()
    {
        _stream.Dispose();
        _connection.Dispose();
    }

    private static string Request(int bodyLength) =>
        $"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: text/plain\r\nContent-Length: {bodyLength}\r\n\r\n{new string('x', bodyLength)}";

    private async Task WriteAsync(string text, int piece)
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        for (int start = 0; start < bytes.Length; start += piece)
        {
            await _stream.WriteAsync(bytes.AsMemory(start, Math.Min(piece, bytes.Length - start)));
        }
    }

    /// <summary>Keeps each write as one text.</summary>
    private sealed class Connection : MemoryStream
    {
        public List<string> Writes { get; } = [];

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (!buffer.IsEmpty)
            {
                Writes.Add(Encoding.Latin1.GetString(buffer.Span));
            }

            return ValueTask.CompletedTask;
        }
    }
}
