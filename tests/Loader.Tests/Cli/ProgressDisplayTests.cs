using Loader.Application;
using Loader.Application.Ports;
using Loader.Cli.Hosting;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Cli;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
[Parallelizable(ParallelScope.All)]
internal sealed class ProgressDisplayTests : IDisposable
{
    private static readonly ListedFile File = new(SourceFile.OnDisk("a.parquet"), IsNamed: true, 1, Bytes: 1_000);

    private readonly FakeTimeProvider _time = new();
    private readonly RunProgress _progress = new();
    private readonly StringWriter _error = new() { NewLine = "\n" };
    private readonly ActiveSink _sink = new();

    [Test]
    public async Task A_pipe_gets_a_line_every_five_seconds_and_after_a_minute_every_thirty()
    {
        await RunAsync(Host(), seconds: 125, rowsPerSecond: 2_000);

        Assert.That(_error.ToString().Count(c => c == '\n'), Is.EqualTo(14));
        Assert.That(_error.ToString(), Does.StartWith("0 of 1 file, 8,000 rows, 2,000 rows/s, 1 min 56 s left, 3 requests in flight, 1 throttled\n"
            + "0 of 1 file, 18,000 rows, 2,000 rows/s, 1 min 51 s left, 3 requests in flight, 1 throttled\n"));
        Assert.That(_error.ToString(), Does.EndWith("0 of 1 file, 178,000 rows, 2,000 rows/s, 31 s left, 3 requests in flight, 1 throttled\n"
            + "0 of 1 file, 238,000 rows, 2,000 rows/s, 1 s left, 3 requests in flight, 1 throttled\n"));
    }

    [Test]
    public async Task A_run_that_ends_before_the_first_line_prints_none()
    {
        await RunAsync(Host(), seconds: 4, rowsPerSecond: 2_000);

        Assert.That(_error.ToString(), Is.Empty);
    }

    [Test]
    public async Task A_terminal_has_one_line_that_changes()
    {
        using var status = new StatusLine(_error);

        await RunAsync(Host(status), seconds: 1, rowsPerSecond: 2_000);

        Assert.That(_error.ToString(), Is.EqualTo(
            "\rlisting files\u001b[K"
            + "\r0/1 files, 0 rows, 3 requests, 1 throttled\u001b[K"
            + "\r0/1 files, 2,000 rows, 2,000/s, 1 throttled\u001b[K"
            + "\r\u001b[K"));
    }

    [Test]
    public async Task The_line_follows_the_width_of_the_terminal()
    {
        using var status = new StatusLine(_error);
        CliHost host = Host(status);
        _progress.AddListed([File]);
        await using (ProgressDisplay.Start(host, _progress, _sink))
        {
            host.Error.Profile.Width = 30;
            _time.Advance(TimeSpan.FromSeconds(1));
            host.Error.Profile.Width = 12;
            _time.Advance(TimeSpan.FromSeconds(1));
            host.Error.Profile.Width = 80;
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.That(_error.ToString(), Is.EqualTo(
            "\r0/1+ files, 0 rows, 3 requests, 1 throttled\u001b[K"
            + "\r0/1+ files, 0 rows\u001b[K"
            + "\r0/1+ files\u001b[K"
            + "\r0 of 1+ files, 0 rows, 3 requests in flight, 1 throttled\u001b[K"
            + "\r\u001b[K"));
    }

    [Test]
    public async Task What_is_printed_meanwhile_stays_above_the_line()
    {
        using var status = new StatusLine(_error);
        CliHost host = Host(status);
        await using (ProgressDisplay.Start(host, _progress, _sink))
        {
            LoadView.ShowFailure(host.Error, new FileResult("a.parquet") { Failure = new Loader.Application.Results.SourceNotFoundException("a.parquet is gone.") });
        }

        Assert.That(_error.ToString(), Is.EqualTo("\rlisting files\u001b[K\r\u001b[Ka.parquet is gone.\nlisting files\r\u001b[K"));
    }

    [Test]
    public async Task A_terminal_that_fails_ends_nothing()
    {
        using var closed = new ClosedWriter();
        using var error = new ResultWriter(closed);
        using var status = new StatusLine(error);

        await RunAsync(Host(status), seconds: 10, rowsPerSecond: 2_000);

        Assert.That(error.Failure, Is.EqualTo("closed"));
    }

    public void Dispose() => _error.Dispose();

    private CliHost Host(StatusLine? status = null)
    {
        var console = CliHost.CreateConsole((TextWriter?)status ?? _error, isRedirected: true);
        console.Profile.Width = status is null ? console.Profile.Width : 50;
        return new CliHost(console, console, new ConfigurationBuilder().Build()) { Time = _time, StatusLine = status };
    }

    /// <summary>Runs a load of 240,000 rows for some seconds.</summary>
    private async Task RunAsync(CliHost host, int seconds, int rowsPerSecond)
    {
        await using (ProgressDisplay.Start(host, _progress, _sink))
        {
            _progress.AddListed([File]);
            _progress.EndListing();
            RunProgress.FileProgress file = _progress.Begin(File);
            _time.Advance(TimeSpan.FromMilliseconds(250));
            for (int second = 1; second <= seconds; second++)
            {
                _time.Advance(TimeSpan.FromMilliseconds(750));
                file.Report(new LoadProgress((long)second * rowsPerSecond, 240_000));
                _time.Advance(TimeSpan.FromMilliseconds(250));
            }
        }
    }

    private sealed class ActiveSink : IRecordSink
    {
        public SinkActivity? Activity => new SinkActivity(3, 1);

        public Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    private sealed class ClosedWriter : StringWriter
    {
        public override void Write(string? value) => throw new IOException("closed");
    }
}
