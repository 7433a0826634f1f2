using System.Text.Json;
using Loader.LocalAws;

namespace Loader.Tests.LocalAws;

[TestFixture]
internal sealed class LocalViewTests
{
    private static readonly HttpClient Client = new();

    [Test]
    public async Task A_table_is_shown_with_count_sum_and_groups()
    {
        await using var server = await LocalAwsServer.StartAsync();
        server.Timestream.CreateEnergyTables();
        await server.TimestreamAsync("WriteRecords", """
            {"DatabaseName":"energy","TableName":"generation","CommonAttributes":{"MeasureName":"value","Time":"1700000000","TimeUnit":"SECONDS"},"Records":[
              {"Dimensions":[{"Name":"region","Value":"SE"}],"MeasureValue":"1.5"},{"Dimensions":[{"Name":"region","Value":"NO"}],"MeasureValue":"2"}]}
            """);

        var view = JsonDocument.Parse(await Client.GetStringAsync(new Uri(server.Endpoint, "_local/timestream/energy/generation?by=region&records=1"))).RootElement;

        Assert.Multiple(() =>
        {
            Assert.That(view.GetProperty("count").GetInt32(), Is.EqualTo(2));
            Assert.That(view.GetProperty("sum").GetDouble(), Is.EqualTo(3.5));
            Assert.That(view.GetProperty("groups").GetProperty("NO").GetProperty("sum").GetDouble(), Is.EqualTo(2));
            Assert.That(view.GetProperty("records").GetArrayLength(), Is.EqualTo(1));
        });
    }

    [TestCase("_local")]
    [TestCase("_local/requests")]
    [TestCase("_local/faults")]
    [TestCase("_local/metrics")]
    public async Task Every_view_is_JSON(string path)
    {
        await using var server = await LocalAwsServer.StartAsync();
        server.Faults.On("timestream:*").Always().Throttle();
        await server.TimestreamAsync("DescribeEndpoints", "{}");

        Assert.That(async () => JsonDocument.Parse(await Client.GetStringAsync(new Uri(server.Endpoint, path))), Throws.Nothing);
    }
}
