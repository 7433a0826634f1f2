using System.Net;
using System.Net.Sockets;
using System.Text;
using Loader.Lambda.Runtime;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Loader.Tests.Lambda;

/// <summary>The loop against a Runtime API that sends whatever it likes.</summary>
public sealed class InvocationLoopTests
{
    private readonly FakeLogger _log = new();

    [SetUp]
    public void ClearLog() => _log.Collector.Clear();

    [TestCase(null)]
    [TestCase("soon")]
    [TestCase("-5")]
    [TestCase("0")]
    [TestCase("253402300800000")]
    [TestCase("99999999999999999999999")]
    public async Task A_deadline_that_cannot_be_true_is_replaced_by_the_longest_timeout_with_a_warning(string? stated)
    {
        DateTimeOffset before = TimeProvider.System.GetUtcNow();

        LambdaContext context = await RunOnceAsync(stated);

        Assert.That(context.Deadline, Is.InRange(before + TimeSpan.FromMinutes(15), TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(15)));
        Assert.That(_log.LatestRecord.Level, Is.EqualTo(LogLevel.Warning));
        Assert.That(_log.LatestRecord.Message, Is.EqualTo("The Runtime API sent no deadline that can be used; 15 minutes from now are assumed"));
    }

    [Test]
    public async Task A_deadline_that_can_be_true_is_used()
    {
        long milliseconds = TimeProvider.System.GetUtcNow().AddMinutes(3).ToUnixTimeMilliseconds();

        LambdaContext context = await RunOnceAsync(milliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture));

        Assert.That(context.Deadline, Is.EqualTo(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)));
        Assert.That(_log.Collector.Count, Is.Zero);
    }

    /// <summary>Hands over one event and returns its context. The loop ends when the API closes the connection instead of sending another event.</summary>
    private async Task<LambdaContext> RunOnceAsync(string? deadline)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task server = ServeAsync(listener, deadline);
        using var api = new RuntimeApi(new LambdaEnvironment { RuntimeApi = listener.LocalEndpoint.ToString() }, TimeProvider.System);
        LambdaContext? context = null;
        var loop = new InvocationLoop(api, _ => Task.FromResult("{}"u8.ToArray()), invocation => context = invocation, _log);

        Assert.That(
            async () => await loop.RunAsync(CancellationToken.None), Throws.InstanceOf<HttpRequestException>().Or.InstanceOf<SocketException>());
        await server;
        return context!;
    }

    private static async Task ServeAsync(TcpListener listener, string? deadline)
    {
        string header = deadline is null ? "" : $"Lambda-Runtime-Deadline-Ms: {deadline}\r\n";
        string[] responses =
        [
            $"HTTP/1.1 200 OK\r\nLambda-Runtime-Aws-Request-Id: r-1\r\n{header}Content-Length: 2\r\nConnection: close\r\n\r\n" + "{}",
            "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ];
        foreach (string response in responses)
        {
            using TcpClient client = await listener.AcceptTcpClientAsync();
            await using NetworkStream stream = client.GetStream();
            await ReadRequestAsync(stream);
            await stream.WriteAsync(Encoding.ASCII.GetBytes(response));
        }

        listener.Stop();
    }

    /// <summary>Reads a request whose body, if it has one, is "{}".</summary>
    private static async Task ReadRequestAsync(NetworkStream stream)
    {
        var text = new StringBuilder();
        byte[] buffer = new byte[4_096];
        bool isComplete = false;
        while (!isComplete)
        {
            int count = await stream.ReadAsync(buffer);
            text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            string request = text.ToString();
            isComplete = count == 0 || request.EndsWith(request.StartsWith("POST", StringComparison.Ordinal) ? "{}" : "\r\n\r\n", StringComparison.Ordinal);
        }
    }
}
