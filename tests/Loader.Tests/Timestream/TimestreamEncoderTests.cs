using Loader.Domain;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Timestream.Encoding;
using Loader.Infrastructure.Timestream.Planning;

namespace Loader.Tests.Timestream;

public sealed class TimestreamEncoderTests
{
    [Test]
    public void A_record_equals_the_example_of_the_original_document()
    {
        using MeasurementBatch batch = new SomeBatch { Version = 7 }.Row("SE", "hydro", "power", "good", 1_704_067_200_000, 100.5).Build();

        SentRecord record = Encoded.Records(batch).Single();

        Assert.That(record, Is.EqualTo(new SentRecord(
            "dataset_type=generation;energy_source=hydro;measurement_type=power;quality_flag=good;region=SE",
            "1704067200000", "MILLISECONDS", "value", "100.5", "DOUBLE", 7)));
    }

    [Test]
    public void Common_attributes_contain_what_all_records_share()
    {
        using MeasurementBatch batch = new SomeBatch { Version = 7 }
            .Row(time: 1_704_067_200_000, value: 100.5).Row(time: 1_704_070_800_000, value: -2).Row(region: "N", time: 1_704_067_200_000, value: 0).Build();

        string body = Encoded.Bodies(batch).Single();

        Assert.That(body, Is.EqualTo(
            """{"DatabaseName":"energy","TableName":"generation","CommonAttributes":{"Dimensions":["""
            + """{"Name":"dataset_type","Value":"generation"},{"Name":"energy_source","Value":"hydro"},"""
            + """{"Name":"measurement_type","Value":"power"},{"Name":"quality_flag","Value":"good"}]"""
            + ""","MeasureName":"value","MeasureValueType":"DOUBLE","TimeUnit":"MILLISECONDS","Version":7},"Records":["""
            + """{"Dimensions":[{"Name":"region","Value":"SE"}],"Time":"1704067200000","MeasureValue":"100.5"},"""
            + """{"Dimensions":[{"Name":"region","Value":"SE"}],"Time":"1704070800000","MeasureValue":"-2"},"""
            + """{"Dimensions":[{"Name":"region","Value":"N"}],"Time":"1704067200000","MeasureValue":"0"}]}"""));
    }

    [Test]
    public void A_dimension_that_one_record_lacks_is_not_in_common_attributes()
    {
        using MeasurementBatch batch = new SomeBatch().Row(quality: null).Row(quality: "good").Build();

        List<SentRecord> records = Encoded.Records(batch);

        Assert.That(records.Select(r => r.Dimensions), Is.EquivalentTo(new[]
        {
            "dataset_type=generation;energy_source=hydro;measurement_type=power;region=SE",
            "dataset_type=generation;energy_source=hydro;measurement_type=power;quality_flag=good;region=SE",
        }));
    }

    [Test]
    public void A_request_can_contain_several_series()
    {
        var some = new SomeBatch();
        for (int i = 0; i < 70; i++)
        {
            some.Rows(3, subject: $"plant {i}");
        }

        using MeasurementBatch batch = some.Build();
        int[] sizes = [.. Encoded.Bodies(batch).Select(b => SentRecord.AllIn(System.Text.Encoding.UTF8.GetBytes(b)).Count)];

        Assert.That(sizes, Is.EqualTo(new[] { 100, 100, 10 }));
    }

    [TestCase(1_704_067_200_000_000_000, "1704067200000", "MILLISECONDS")]
    [TestCase(1_704_067_200_000_001_000, "1704067200000001", "MICROSECONDS")]
    [TestCase(1_704_067_200_000_000_001, "1704067200000000001", "NANOSECONDS")]
    [TestCase(-1_000_000, "-1", "MILLISECONDS")]
    [TestCase(-1, "-1", "NANOSECONDS")]
    public void A_request_uses_the_coarsest_unit_that_represents_its_times_exactly(long nanoseconds, string time, string unit)
    {
        using MeasurementBatch batch = new SomeBatch { TimeUnit = TimeUnit.Nanoseconds }.Row(time: nanoseconds).Build();

        SentRecord record = Encoded.Records(batch).Single();

        Assert.That((record.Time, record.TimeUnit), Is.EqualTo((time, unit)));
    }

    [Test]
    public void The_finest_time_of_a_request_determines_its_unit()
    {
        using MeasurementBatch batch = new SomeBatch { TimeUnit = TimeUnit.Microseconds }.Row(time: 5_000).Row(time: 6_001).Build();

        List<SentRecord> records = Encoded.Records(batch);

        Assert.That(records.Select(r => (r.Time, r.TimeUnit)), Is.EqualTo(new[] { ("5000", "MICROSECONDS"), ("6001", "MICROSECONDS") }));
    }

    [Test]
    public void Different_versions_are_in_the_records_and_equal_ones_in_common_attributes()
    {
        using MeasurementBatch differing = new SomeBatch { HasVersions = true }.Row(time: 1, version: 5).Row(time: 2, version: 6).Build();
        using MeasurementBatch equal = new SomeBatch { HasVersions = true }.Row(time: 1, version: 5).Row(time: 2, version: 5).Build();

        Assert.Multiple(() =>
        {
            Assert.That(Encoded.Records(differing).Select(r => r.Version), Is.EqualTo(new long[] { 5, 6 }));
            Assert.That(Encoded.Bodies(differing).Single(), Does.Contain("""
                "Version":6}
                """));
            Assert.That(Encoded.Records(equal).Select(r => r.Version), Is.EqualTo(new long[] { 5, 5 }));
            Assert.That(Encoded.Bodies(equal).Single(), Does.Contain("""
                "Version":5},"Records"
                """));
        });
    }

    [TestCase("\"},{\"Name\":\"region\",\"Value\":\"N")]
    [TestCase("back\\slash and \u0000 and \n and \u001b[31m")]
    [TestCase("São Paulo ⚡ 電力 😀 <&'>")]
    public void Any_text_is_decoded_unchanged(string region)
    {
        using MeasurementBatch batch = new SomeBatch().Row(region: region).Row(region: "N").Build();

        List<SentRecord> records = Encoded.Records(batch);

        Assert.That(records.Select(r => r.Dimensions), Has.One.EndsWith($";region={region}"));
    }

    [Test]
    public void Non_ascii_letters_are_not_escaped()
    {
        using MeasurementBatch batch = new SomeBatch().Row(region: "São Paulo").Build();

        Assert.That(Encoded.Bodies(batch).Single(), Does.Contain("São Paulo"));
    }

    // The service counts 106 bytes for the record of the original document.
    [TestCase(1, 1, 1)]
    [TestCase(100, 2, 11)]
    public void Write_units_follow_the_metering_rule(int rows, int units, int plain)
    {
        using MeasurementBatch batch = new SomeBatch().Rows(rows).Build();
        using WritePlan<PreparedSeries> plan = WritePlan.Create(batch, new SeriesTable());
        using var encoder = new TimestreamEncoder("energy", "generation");

        EncodedRequest request = encoder.Encode(plan, 0, rows);

        Assert.That((request.WriteUnits, request.WriteUnitsPlain), Is.EqualTo(((long)units, (long)plain)));
    }

    [Test]
    public void Dimensions_that_vary_are_metered_for_each_record()
    {
        var some = new SomeBatch();
        for (int i = 0; i < 100; i++)
        {
            some.Row($"region {i:d4}", $"source {i:d4}", $"type {i:d4}", $"flag {i:d4}");
        }

        using MeasurementBatch batch = some.Build();
        using WritePlan<PreparedSeries> plan = WritePlan.Create(batch, new SeriesTable());
        using var encoder = new TimestreamEncoder("energy", "generation");
        EncodedRequest request = encoder.Encode(plan, 0, 100);

        // Common attributes: dataset_type=generation (22) and the measure name (5). Each record: 16, names 6+13+16+12, values 11+11+9+9.
        long bytes = 22 + 5 + (100 * (16 + 47 + 40));
        Assert.That(request.WriteUnits, Is.EqualTo((bytes + 1023) / 1024));
    }

    [Test]
    public void Invalid_rows_are_not_encoded()
    {
        using MeasurementBatch batch = new SomeBatch().Row(value: double.NaN).Row(time: 2).Row(region: "", time: 3).Row(time: MeasurementBatch.MissingTime).Build();

        Assert.That(Encoded.Records(batch).Select(r => r.Time), Is.EqualTo(new[] { "2" }));
    }
}
