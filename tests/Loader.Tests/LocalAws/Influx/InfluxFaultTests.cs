using System.Globalization;
using Loader.LocalAws.Faults;
using Loader.LocalAws.InfluxDb;

namespace Loader.Tests.LocalAws.Influx;

[TestFixture(InfluxEngine.Version2)]
[TestFixture(InfluxEngine.Version3)]
internal sealed class InfluxFaultTests(InfluxEngine engine)
{
    private const string Write = "influx:Write";

    private LocalInfluxServer _server = null!;

    [SetUp]
    public async Task StartAsync() => _server = await LocalInfluxServer.StartAsync(new() { Engine = engine, Seed = 3 });

    [TearDown]
    public async Task StopAsync()
    {
        Assert.That(_server.Requests.Failures, Is.Empty);
        await _server.DisposeAsync();
    }

    [TestCase(429)]
    [TestCase(500)]
    [TestCase(502)]
    [TestCase(503)]
    [TestCase(504)]
    public async Task A_scripted_status_stores_nothing_and_may_say_when_to_come_again(int status)
    {
        _server.Faults.On(Write).Calls(2).Status(status, TimeSpan.FromSeconds(7));

        InfluxAnswer[] answers = [await _server.WriteAsync("m v=1 1"), await _server.WriteAsync("m v=2 2"), await _server.WriteAsync("m v=3 3")];

        Assert.Multiple(() =>
        {
            Assert.That(answers.Select(answer => answer.Status), Is.EqualTo(new[] { 204, status, 204 }));
            Assert.That(answers[1].Headers.RetryAfter!.Delta, Is.EqualTo(TimeSpan.FromSeconds(7)));
            Assert.That(_server.Bucket("energy").Count, Is.EqualTo(2));
            Assert.That(_server.Requests.Count(Write), Is.EqualTo(3));
            Assert.That(_server.Faults.Applied[new AppliedFault(Write, string.Create(CultureInfo.InvariantCulture, $"Status{status}"))], Is.EqualTo(1));
        });
    }

    [Test]
    public async Task A_reset_before_or_after_the_write()
    {
        _server.Faults.On(Write).Calls(1).ResetBeforeStore();
        _server.Faults.On(Write).Calls(2).ResetAfterStore();

        Assert.That(async () => await _server.WriteAsync("m v=1 1"), Throws.InstanceOf<HttpRequestException>());
        Assert.That(async () => await _server.WriteAsync("m v=2 2"), Throws.InstanceOf<HttpRequestException>());
        Assert.That(_server.Bucket("energy").Table("m").Points.Single().Field("v")!.Value.Float, Is.EqualTo(2));
        await Task.CompletedTask;
    }

    [Test]
    public async Task A_truncated_error_and_a_wrong_answer()
    {
        _server.Faults.On(Write).Calls(1).Truncate(5);
        _server.Faults.On(Write).Calls(2).Answer(200, "<html>maintenance</html>", "text/html");

        Assert.That(async () => await _server.WriteAsync("m v= 1"), Throws.InstanceOf<HttpRequestException>());
        Assert.That((await _server.WriteAsync("m v=1 1")).Text, Is.EqualTo("<html>maintenance</html>"));
        Assert.That(_server.Bucket("energy").Count, Is.Zero);
    }

    [Test]
    public async Task After_a_time_out_the_write_is_applied_at_once_later_or_never()
    {
        _server.Faults.On(Write).When(number => number % 2 == 1).Timeout();
        var after = new List<int>();
        for (int i = 0; i < 80; i += 2)
        {
            int before = _server.Bucket("energy").Count;
            var answer = await _server.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"m v=1 {i}"));
            Assert.That((answer.Status, answer.Text), Is.EqualTo((500, engine == InfluxEngine.Version2
                ? """{"code":"internal error","message":"unexpected error writing points to database: timeout"}"""
                : "unexpected error writing points to database: timeout")));
            after.Add(_server.Bucket("energy").Count - before);
            await _server.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"n v=1 {i}"));
        }

        int waiting = _server.DelayedWrites;
        int applied = _server.Bucket("energy").Table("m").Count;
        int more = _server.ApplyDelayedWrites();

        Assert.Multiple(() =>
        {
            Assert.That(after.Count(count => count > 0), Is.InRange(1, 39), "at once");
            Assert.That(more, Is.EqualTo(waiting), "later");
            Assert.That(applied, Is.GreaterThan(after.Count(count => count > 0)), "later");
            Assert.That(_server.Bucket("energy").Table("m").Count, Is.EqualTo(applied + more).And.LessThan(40), "never");
        });
    }

    [Test]
    public async Task A_request_that_the_client_gave_up_may_be_applied_later()
    {
        for (int i = 0; i < 30; i++)
        {
            var gate = new FaultGate();
            FaultRule rule = _server.Faults.On(Write).Next().HoldBefore(gate);
            using var patience = new CancellationTokenSource();
            Task<InfluxAnswer> answer = _server.SendAsync(HttpMethod.Post, Path, System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"m v=1 {i}")), cancellationToken: patience.Token);
            await gate.Reached;
            await patience.CancelAsync();
            Assert.That(async () => await answer, Throws.InstanceOf<OperationCanceledException>());
            rule.Remove();
        }

        // The server notices a disconnection a little later than the client: each of these writes also counts down the delays.
        for (int i = 0; i < 1000 && _server.FindBucket("energy")!.FindTable("m") is not { Count: >= 5 }; i++)
        {
            await _server.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"n v=1 {i}"));
        }

        Assert.That(_server.Bucket("energy").Table("m").Count, Is.InRange(5, 29));
    }

    private string Path => engine == InfluxEngine.Version2 ? "api/v2/write?org=energy-org&bucket=energy&precision=s" : "api/v3/write_lp?db=energy&precision=s";
}
