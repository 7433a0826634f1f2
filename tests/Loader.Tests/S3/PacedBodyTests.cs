using System.IO.Pipelines;
using Loader.Infrastructure.S3;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.S3;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class PacedBodyTests : IDisposable
{
    private static readonly S3Limits Limits = new() { Window = TimeSpan.FromSeconds(30), MinBytes = 100 };

    private readonly FakeTimeProvider _time = new();
    private readonly Pipe _pipe = new();
    private readonly CancellationTokenSource _caller = new();
    private readonly PacedBody _body;

    public PacedBodyTests() => _body = new PacedBody(_pipe.Reader.AsStream(), "store:9000", Limits, _time, _caller.Token);

    [Test]
    public async Task A_body_that_keeps_the_pace_may_take_any_time()
    {
        for (int i = 0; i < 20; i++)
        {
            await ReceiveAsync(100);
            _time.Advance(TimeSpan.FromSeconds(29));
        }

        Assert.That(await ReceiveAsync(1), Is.EqualTo(1));
    }

    [Test]
    public async Task A_byte_now_and_then_is_not_enough()
    {
        for (int i = 0; i < 14; i++)
        {
            await ReceiveAsync(1);
            _time.Advance(TimeSpan.FromSeconds(2));
        }

        ValueTask<int> next = _body.ReadAsync(new byte[1]);
        _time.Advance(TimeSpan.FromSeconds(2));

        Assert.That(async () => await next, Throws.TypeOf<TimeoutException>().With.Message.EqualTo("store:9000 sent 14 bytes of the response within 30 s"));
    }

    [Test]
    public async Task The_caller_can_cancel()
    {
        ValueTask<int> next = _body.ReadAsync(new byte[1]);

        await _caller.CancelAsync();

        Assert.That(async () => await next, Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public async Task The_end_of_the_body_is_no_byte()
    {
        await _pipe.Writer.CompleteAsync();

        Assert.That(await _body.ReadAsync(new byte[1]), Is.Zero);
    }

    public void Dispose()
    {
        _body.Dispose();
        _caller.Dispose();
    }

    private async Task<int> ReceiveAsync(int bytes)
    {
        await _pipe.Writer.WriteAsync(new byte[bytes]);
        return await _body.ReadAsync(new byte[bytes]);
    }
}
