using Loader.LocalAws;
using Loader.LocalAws.Http;
using Loader.LocalAws.Lambda;

namespace Loader.Tests.Lambda;

/// <summary>Every call to AWS names the invocation that caused it.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class TraceHeaderTests
{
    private static readonly string[] Operations = ["cloudwatch:PutMetricData", "s3:GetObject", "timestream:WriteRecords"];

    [Test]
    public async Task Every_call_has_the_trace_of_its_invocation()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Timestream.CreateEnergyTables();
        server.S3.Put("data", "dataset=generation/a.parquet", SomeFiles.Generation(rows: 5));
        server.S3.Put("data", "dataset=generation/b.parquet", SomeFiles.Generation(rows: 5));
        await using LambdaProcess function = LambdaProcess.Start(server, "LoadFromS3Event");

        string first = await TraceOfAsync("dataset%3Dgeneration/a.parquet");
        server.Requests.Clear();
        string second = await TraceOfAsync("dataset%3Dgeneration/b.parquet");

        Assert.That(first, Does.StartWith("Root=1-").And.Not.EqualTo(second));

        async Task<string> TraceOfAsync(string key)
        {
            LambdaResult result = await function.InvokeAsync(SomeEvents.S3(SomeEvents.S3Record(key)));
            RecordedRequest[] calls = [.. server.Requests.All.Where(request => Operations.Contains(request.Operation))];
            Assert.That(result.Outcome, Is.EqualTo(LambdaOutcome.Success), result.Payload);
            Assert.That(calls.Select(call => call.Operation).Distinct(), Is.EquivalentTo(Operations));
            return calls.Select(call => call.Headers.GetValueOrDefault("X-Amzn-Trace-Id", "none")).Distinct().Single();
        }
    }
}
