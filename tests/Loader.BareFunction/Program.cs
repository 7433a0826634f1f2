using System.Net;
using System.Text.Json;

namespace Loader.BareFunction;

/// <summary>
/// The least that a native function could take for the calls of the loader: one GET of the object, DescribeTable, WriteRecords with ready-made bodies, PutMetricData.
/// It decodes nothing, retries nothing and checks only the status. The benchmark "cold-start" measures it beside the loader.
/// </summary>
/// <remarks>
/// BARE_BODIES names a file with the bodies of WriteRecords, each after its length in 4 bytes. BARE_IN_FLIGHT is the number of requests in flight.
/// </remarks>
internal static class Program
{
    private const string Timestream = "Timestream_20181101.";
    private const string CloudWatch = "GraniteServiceVersion20100801.";

    public static async Task Main()
    {
        string api = $"http://{Variable("AWS_LAMBDA_RUNTIME_API")}/2018-06-01/runtime/invocation/";
        using var runtime = new HttpClient(NewSockets()) { Timeout = Timeout.InfiniteTimeSpan };
        using var aws = new AwsCalls(
            new Uri(Variable("AWS_ENDPOINT_URL")), Variable("AWS_REGION"), Variable("AWS_ACCESS_KEY_ID"), Variable("AWS_SECRET_ACCESS_KEY"));
        while (true)
        {
            using HttpResponseMessage next = await runtime.GetAsync(new Uri($"{api}next"));
            next.EnsureSuccessStatusCode();
            string id = next.Headers.GetValues("Lambda-Runtime-Aws-Request-Id").First();
            byte[] answer = await HandleAsync(await next.Content.ReadAsByteArrayAsync(), aws);
            using HttpResponseMessage accepted = await runtime.PostAsync(new Uri($"{api}{id}/response"), new ByteArrayContent(answer));
            accepted.EnsureSuccessStatusCode();
        }
    }

    /// <summary>Returns a handler with the settings that a careful client of AWS has.</summary>
    public static SocketsHttpHandler NewSockets() => new()
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
    };

    private static async Task<byte[]> HandleAsync(byte[] input, AwsCalls aws)
    {
        using JsonDocument task = JsonDocument.Parse(input);
        byte[] content = await aws.GetObjectAsync(
            task.RootElement.GetProperty("bucket").GetString()!, task.RootElement.GetProperty("key").GetString()!, "bytes=-65536");
        byte[] table = System.Text.Encoding.UTF8.GetBytes(
            $$"""{"DatabaseName":"{{Variable("TIMESTREAM_DATABASE_NAME")}}","TableName":"{{Variable("GENERATION_TABLE_NAME")}}"}""");
        await aws.PostAsync("timestream", $"{Timestream}DescribeTable", table);
        await Parallel.ForEachAsync(
            ReadBodies(await File.ReadAllBytesAsync(Variable("BARE_BODIES"))),
            new ParallelOptions { MaxDegreeOfParallelism = int.Parse(Variable("BARE_IN_FLIGHT"), System.Globalization.CultureInfo.InvariantCulture) },
            async (body, _) => await aws.PostAsync("timestream", $"{Timestream}WriteRecords", body));
        await aws.PostAsync("monitoring", $"{CloudWatch}PutMetricData", MetricData());
        return System.Text.Encoding.UTF8.GetBytes($$"""{"statusCode":200,"bytes":{{content.Length}}}""");
    }

    private static IEnumerable<byte[]> ReadBodies(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            int length = BitConverter.ToInt32(file, at);
            yield return file[(at + 4)..(at + 4 + length)];
            at += 4 + length;
        }
    }

    private static byte[] MetricData()
    {
        IEnumerable<string> data = Enumerable.Range(1, 10).Select(metric =>
            $$"""{"MetricName":"Metric{{metric}}","Dimensions":[{"Name":"DatasetType","Value":"generation"}],"Timestamp":{{TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()}},"Unit":"Count","Value":1}""");
        return System.Text.Encoding.UTF8.GetBytes($$"""{"Namespace":"ONS/Timestream","MetricData":[{{string.Join(',', data)}}]}""");
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) ?? throw new InvalidOperationException($"{name} is not set.");
}
