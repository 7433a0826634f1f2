using Loader.LocalAws.Timestream;

namespace Loader.Tests.LocalAws;

[TestFixture]
internal sealed class TimestreamValidationTests : TimestreamFixture
{
    private const string Region = """{"Name":"region","Value":"SE"}""";

    [TestCase("NaN")]
    [TestCase("Infinity")]
    [TestCase("-Infinity")]
    [TestCase("1e999")]
    [TestCase("1,5")]
    [TestCase(" 1")]
    [TestCase("abc")]
    public async Task A_double_that_is_no_finite_number_condemns_the_whole_request(string value)
    {
        var table = NewTable();

        var answer = await WriteAsync(table, $"{Record(region: "NO")},{Record(value)}");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Status, Is.EqualTo(400));
            Assert.That(answer.Error, Is.EqualTo("ValidationException"));
            Assert.That(table.Count, Is.Zero);
        });
    }

    [TestCase("-0")]
    [TestCase("5E-324")]
    [TestCase("1.7976931348623157E+308")]
    [TestCase("1e3")]
    public async Task Doubles_in_their_round_trip_form_are_taken(string value) =>
        Assert.That((await WriteAsync(NewTable(), Record(value))).Status, Is.EqualTo(200));

    [TestCase("BIGINT", "9223372036854775807", 200)]
    [TestCase("BIGINT", "9223372036854775808", 400)]
    [TestCase("BIGINT", "1.0", 400)]
    [TestCase("BOOLEAN", "true", 200)]
    [TestCase("BOOLEAN", "1", 400)]
    [TestCase("VARCHAR", "anything", 200)]
    [TestCase("TIMESTAMP", "1700000000000", 400)]
    [TestCase("FLOAT", "1", 400)]
    public async Task The_text_of_a_value_must_suit_its_type(string type, string value, int status) =>
        Assert.That((await WriteAsync(NewTable(), Record(value, more: $",\"MeasureValueType\":\"{type}\""))).Status, Is.EqualTo(status));

    [TestCase(1, 200)]
    [TestCase(100, 200)]
    [TestCase(0, 400)]
    [TestCase(101, 400)]
    public async Task A_request_has_1_to_100_records(int count, int status)
    {
        var records = string.Join(',', Enumerable.Range(0, count).Select(i => Record(region: $"R{i}")));

        Assert.That((await WriteAsync(NewTable(), records)).Status, Is.EqualTo(status));
    }

    [TestCase(0)]
    [TestCase(-5)]
    public async Task A_version_below_1_is_refused(int version) =>
        Assert.That((await WriteAsync(NewTable(), Record(version: version))).Error, Is.EqualTo("ValidationException"));

    [TestCase("time")]
    [TestCase("measure_name")]
    [TestCase("measure_value")]
    [TestCase("measure_value::double")]
    [TestCase("measure_name2")]
    [TestCase("ts_x")]
    [TestCase("a:b")]
    [TestCase("")]
    public async Task A_reserved_or_empty_dimension_name_is_refused(string name) => Assert.That(
        (await WriteAsync(NewTable(), Raw(dimensions: $$"""{"Name":"{{name}}","Value":"v"}"""))).Error, Is.EqualTo("ValidationException"));

    [Test]
    public async Task What_is_common_is_merged_into_every_record()
    {
        var table = NewTable();

        var answer = await WriteAsync(
            table,
            $$"""{"Dimensions":[{"Name":"unit","Value":"1"}],"Time":"{{Now.ToUnixTimeSeconds()}}"},{"Dimensions":[{"Name":"unit","Value":"2"}],"Time":"{{Now.ToUnixTimeSeconds()}}","Version":8,"MeasureValue":"4"}""",
            $$"""{"Dimensions":[{{Region}}],"MeasureName":"value","MeasureValue":"2","MeasureValueType":"DOUBLE","TimeUnit":"SECONDS","Version":5}""");

        Assert.Multiple(() =>
        {
            Assert.That(answer.Ingested, Is.EqualTo(2));
            Assert.That(table.Records.Select(record => record.ToString()).Order(StringComparer.Ordinal), Is.EqualTo(new[]
            {
                $"region=SE,unit=1|value|{Now.ToUnixTimeSeconds()}000000000 = 2 (version 5)",
                $"region=SE,unit=2|value|{Now.ToUnixTimeSeconds()}000000000 = 4 (version 8)",
            }));
        });
    }

    [Test]
    public async Task A_dimension_both_common_and_own_condemns_the_request()
    {
        var answer = await WriteAsync(NewTable(), Record(), $$"""{"Dimensions":[{{Region}}]}""");

        Assert.That(answer.Error, Is.EqualTo("ValidationException"));
        Assert.That(answer.Message, Does.Contain("region"));
    }

    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"},{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValue":"1","Time":"1"}""")]
    [TestCase("""{"Dimensions":[],"MeasureName":"m","MeasureValue":"1","Time":"1"}""")]
    [TestCase("""{"Dimensions":[{"Name":"a"}],"MeasureName":"m","MeasureValue":"1","Time":"1"}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1","DimensionValueType":"DOUBLE"}],"MeasureName":"m","MeasureValue":"1","Time":"1"}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValue":"","Time":"1"}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureName":"m","Time":"1"}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValue":"1"}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValue":"1","Time":"1.5"}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValue":"1","Time":"1","TimeUnit":"HOURS"}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureValue":"1","Time":"1"}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValueType":"MULTI","Time":"1"}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValueType":"MULTI","Time":"1","MeasureValues":[{"Name":"a","Value":"1","Type":"DOUBLE"}]}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValueType":"MULTI","Time":"1","MeasureValues":[{"Name":"b","Value":"NaN","Type":"DOUBLE"}]}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValue":"1","Time":"1","MeasureValues":[{"Name":"b","Value":"1","Type":"DOUBLE"}]}""")]
    public async Task A_record_of_the_wrong_shape_condemns_the_request(string record) =>
        Assert.That((await WriteAsync(NewTable(), record)).Error, Is.EqualTo("ValidationException"));

    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValue":1,"Time":"1"}""")]
    [TestCase("""{"Dimensions":[{"Name":"a","Value":"1"}],"MeasureName":"m","MeasureValue":"1","Time":1}""")]
    [TestCase("""{"Dimensions":{"Name":"a","Value":"1"},"MeasureName":"m","MeasureValue":"1","Time":"1"}""")]
    [TestCase("""{"Dimensions":""")]
    public async Task Values_and_times_that_are_no_strings_cannot_be_read(string record) =>
        Assert.That((await WriteAsync(NewTable(), record)).Error, Is.EqualTo("SerializationException"));

    [Test]
    public async Task A_multi_measure_record_is_stored_whole()
    {
        var table = NewTable();

        await WriteAsync(table, Raw(measure: """
            "MeasureValueType":"MULTI","MeasureValues":[{"Name":"x","Value":"1.5","Type":"DOUBLE"},{"Name":"at","Value":"1700000000000","Type":"TIMESTAMP"}]
            """));

        Assert.That(table.Records.Single().MeasureValues, Is.EqualTo(new[]
        {
            new MeasureValue("at", "1700000000000", MeasureValueType.Timestamp), new MeasureValue("x", "1.5", MeasureValueType.Double),
        }));
    }

    private static string Raw(string dimensions = Region, string measure = "\"MeasureValue\":\"1\"") =>
        $$"""{"Dimensions":[{{dimensions}}],"MeasureName":"value",{{measure}},"Time":"{{Now.ToUnixTimeMilliseconds()}}"}""";
}
