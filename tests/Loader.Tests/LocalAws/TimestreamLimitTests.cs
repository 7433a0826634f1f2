namespace Loader.Tests.LocalAws;

[TestFixture]
internal sealed class TimestreamLimitTests : TimestreamFixture
{
    [TestCase("ä", 30, 200)]
    [TestCase("ä", 31, 419)]
    [TestCase("a", 60, 200)]
    [TestCase("a", 61, 419)]
    public async Task A_dimension_name_has_at_most_60_bytes(string letter, int times, int status) =>
        Assert.That((await WriteAsync(NewTable(), Raw(Dimension(Repeat(letter, times), "v")))).Status, Is.EqualTo(status));

    [TestCase(256, 200)]
    [TestCase(257, 419)]
    public async Task A_measure_name_has_at_most_256_bytes(int length, int status) =>
        Assert.That((await WriteAsync(NewTable(), Raw(Dimension("a", "b"), Repeat("m", length)))).Status, Is.EqualTo(status));

    [TestCase(2048 - 8 - 8 - 1 - 1, 200)]
    [TestCase(2048 - 8 - 8 - 1 - 1 + 1, 419)]
    public async Task A_record_has_at_most_2_KB(int valueLength, int status)
    {
        var answer = await WriteAsync(NewTable(), Raw(Dimension("a", Repeat("v", valueLength))));

        Assert.That(answer.Status, Is.EqualTo(status));
    }

    [Test]
    public async Task A_record_over_a_limit_is_rejected_alone()
    {
        var table = NewTable();

        var answer = await WriteAsync(table, $"{Record()},{Raw(Dimension("a", Repeat("v", 3000)))},{Record(region: "NO")}");

        Assert.Multiple(() =>
        {
            Assert.That(answer.RejectedIndexes, Is.EqualTo(new[] { 1 }));
            Assert.That(table.Count, Is.EqualTo(2));
        });
    }

    [Test]
    public async Task A_list_of_more_than_128_dimensions_condemns_the_request() =>
        Assert.That((await WriteAsync(NewTable(), Raw(Dimensions("d", 129)))).Error, Is.EqualTo("ValidationException"));

    [Test]
    public async Task Common_and_own_dimensions_together_are_128_at_most() => Assert.That(
        (await WriteAsync(NewTable(), Raw(Dimensions("d", 100)), $$"""{"Dimensions":[{{Dimensions("c", 29)}}]}""")).Status, Is.EqualTo(419));

    [Test]
    public async Task A_table_has_128_dimensions_at_most()
    {
        var table = NewTable();
        await WriteAsync(table, Raw(Dimensions("d", 128)));

        var answer = await WriteAsync(table, $"{Raw(Dimensions("d", 5))},{Raw(Dimension("another", "v"))}");

        Assert.That(answer.RejectedIndexes, Is.EqualTo(new[] { 1 }));
    }

    [Test]
    public async Task A_name_is_a_dimension_or_a_measure_of_a_table_but_not_both()
    {
        var table = NewTable();
        var multi = $$"""{"Dimensions":[{{Dimension("a", "1")}}],"MeasureName":"m","MeasureValueType":"MULTI","MeasureValues":[{"Name":"x","Value":"1","Type":"DOUBLE"}],"Time":"{{Now.ToUnixTimeMilliseconds()}}"}""";
        await WriteAsync(table, multi);

        var answer = await WriteAsync(table, Raw(Dimension("x", "1"), "other"));

        Assert.That(answer.RejectedIndexes, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task A_measure_name_keeps_its_type()
    {
        var table = NewTable();
        await WriteAsync(table, Record());

        var answer = await WriteAsync(table, Record("1", region: "NO", more: ",\"MeasureValueType\":\"BIGINT\""));

        Assert.That(answer.RejectedIndexes, Is.EqualTo(new[] { 0 }));
    }

    [Test]
    public async Task Writes_are_metered_with_common_attributes_once()
    {
        var table = NewTable();
        var before = Server.Timestream.WriteUnits;
        var records = string.Join(',', Enumerable.Range(0, 100).Select(i =>
            $$"""{"MeasureValue":"1","Time":"{{Now.ToUnixTimeMilliseconds() - i}}"}"""));

        // 100 x (8 of time + 8 of value) + once 100 bytes of dimension and measure name = 1700 bytes = 2 units.
        await WriteAsync(table, records, $$"""{"Dimensions":[{{Dimension("a", Repeat("v", 94))}}],"MeasureName":"value"}""");

        Assert.That(Server.Timestream.WriteUnits - before, Is.EqualTo(2));
    }

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));

    private static string Dimension(string name, string value) => $$"""{"Name":"{{name}}","Value":"{{value}}"}""";

    private static string Dimensions(string prefix, int count) => string.Join(',', Enumerable.Range(0, count).Select(i => Dimension($"{prefix}{i}", "v")));

    private static string Raw(string dimensions, string measureName = "m") =>
        $$"""{"Dimensions":[{{dimensions}}],"MeasureName":"{{measureName}}","MeasureValue":"1","Time":"{{Now.ToUnixTimeMilliseconds()}}"}""";
}
