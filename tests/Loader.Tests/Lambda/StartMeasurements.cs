using System.Diagnostics;
using Loader.LocalAws;
using Loader.LocalAws.Lambda;
using Loader.Tests.Parquet;

namespace Loader.Tests.Lambda;

/// <summary>
/// How long a function takes from the start of its process to its first answer, and how much memory it takes at most. Run by name, in Release, with LOADER_BOOTSTRAP
/// naming the published binary; figures are for this machine, so both binaries are measured in one run.
/// </summary>
[Explicit("Measures")]
[Category("Measurement")]
public sealed class StartMeasurements
{
    private const int Rounds = 15;
    private const int LongFileRows = 10_000_000;
    private const int LongFileRowGroupRows = 122_880;

    [Test]
    public async Task First_answer_for_a_month_of_real_load()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Timestream.CreateEnergyTables();
        string key = "dataset=consumption/month.parquet";
        server.S3.CreateBucket("data").PutFile(key, SomeFiles.RealMonth());

        foreach ((string name, string bootstrap) in Binaries())
        {
            var times = new List<double>();
            var processor = new List<double>();
            long memory = 0;
            for (int round = 0; round < Rounds; round++)
            {
                long begun = Stopwatch.GetTimestamp();
                await using var function = LambdaProcess.Start(server, "LoadFromStepFunctions", bootstrap: bootstrap);
                LambdaResult result = await function.InvokeAsync($$"""{"bucket":"data","key":"{{key}}"}""");
                times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                processor.Add(function.ProcessorTime.TotalMilliseconds);
                memory = Math.Max(memory, function.PeakMemory);
                Assert.That(result.IsSuccess, Is.True, result.Payload);
            }

            times.Sort();
            processor.Sort();
            await TestContext.Progress.WriteLineAsync(
                $"{name}: first answer {times[0]:0} ms at best, {times[Rounds / 2]:0} ms median, {times[^1]:0} ms at worst; {processor[Rounds / 2]:0} ms of processor time median; {memory / 1048576.0:0.0} MB resident at most");
        }
    }

    [Test]
    public async Task Memory_for_ten_million_rows()
    {
        using var folder = new Folder();
        string path = folder.Write(
            "long.parquet",
            $"""
            SELECT TIMESTAMP '2020-01-01' + to_seconds((i // 50)::BIGINT) AS "timestamp", ['N','NE','S','SE','CO'][1 + i % 5] AS region, (i % 9973) * 0.5 AS value, 'MW' AS unit,
            'power' AS measurement_type, 'source-' || (i // 5 % 10) AS energy_source, 'good' AS quality_flag FROM range({LongFileRows}) t(i)
            """,
            $"ROW_GROUP_SIZE {LongFileRowGroupRows}");
        await using LocalAwsServer server = await LocalAwsServer.StartAsync(new LocalAwsOptions { DiscardWrites = true, KeepRequests = false });
        server.Timestream.CreateEnergyTables();
        server.S3.CreateBucket("data").PutFile("dataset=generation/long.parquet", path);

        foreach ((string name, string bootstrap) in Binaries())
        {
            await using var function = LambdaProcess.Start(server, "LoadFromStepFunctions", bootstrap: bootstrap);
            long begun = Stopwatch.GetTimestamp();
            LambdaResult result = await function.InvokeAsync("""{"bucket":"data","key":"dataset=generation/long.parquet"}""", TimeSpan.FromMinutes(15));
            double seconds = Stopwatch.GetElapsedTime(begun).TotalSeconds;

            Assert.That(result.IsSuccess, Is.True, result.Payload);
            await TestContext.Progress.WriteLineAsync(
                $"{name}: {LongFileRows} rows in {seconds:0.0} s, {function.PeakMemory / 1048576.0:0.0} MB resident at most; {result.Payload}");
        }
    }

    private static IEnumerable<(string Name, string Path)> Binaries()
    {
        if (LambdaProcess.Published is { } published)
        {
            yield return ("AOT", published);
        }

        yield return ("JIT", LambdaProcess.Built);
    }
}
