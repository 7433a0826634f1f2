using System.Globalization;
using System.IO.Compression;
using System.Text;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Planning;
using Loader.Tests.Timestream;

namespace Loader.Tests.InfluxDb;

public sealed class LineEncoderTests
{
    private const string Fingerprint = "89abcdef0123";
    private const string Version = "3573412790272000000";

    [TestCase(InfluxDbEngine.Version2, InfluxDbLayout.Versions, ",version=3573412790272000000-89abcdef value=1.5 1704110400\n")]
    [TestCase(InfluxDbEngine.Version2, InfluxDbLayout.Overwrite, " value=1.5,version=3573412790272000000i 1704110400\n")]
    [TestCase(InfluxDbEngine.Version2, InfluxDbLayout.Plain, " value=1.5 1704110400\n")]
    [TestCase(InfluxDbEngine.Version3, InfluxDbLayout.Versions, ",version=3573412790272000000-89abcdef value=1.5,unit=\"MW\" 1704110400\n")]
    [TestCase(InfluxDbEngine.Version3, InfluxDbLayout.Plain, " value=1.5,unit=\"MW\" 1704110400\n")]
    public void A_line_has_the_form_of_its_engine_and_layout(InfluxDbEngine engine, InfluxDbLayout layout, string end)
    {
        using MeasurementBatch batch = new SomeBatch { Version = long.Parse(Version, CultureInfo.InvariantCulture) }.Row(value: 1.5).Build();

        string lines = Encode(batch, engine, layout);

        Assert.That(lines, Is.EqualTo("generation,region=SE,energy_source=hydro,measurement_type=power,quality_flag=good" + end));
    }

    [Test]
    public void The_version_has_19_digits()
    {
        using MeasurementBatch batch = new SomeBatch { Version = 1L << 21 }.Row().Build();

        Assert.That(Encode(batch), Does.Contain(",version=0000000000002097152-89abcdef "));
    }

    [Test]
    public void A_missing_quality_flag_is_left_out()
    {
        using MeasurementBatch batch = new SomeBatch().Row(quality: null).Build();

        Assert.That(Encode(batch, layout: InfluxDbLayout.Plain), Does.StartWith("generation,region=SE,energy_source=hydro,measurement_type=power value="));
    }

    [TestCase(InfluxDbEngine.Version2, @"a b", @"a\ b")]
    [TestCase(InfluxDbEngine.Version2, @"a,b=c", @"a\,b\=c")]
    [TestCase(InfluxDbEngine.Version2, @"a\b", @"a\b")]
    [TestCase(InfluxDbEngine.Version2, @"a\\b", @"a\\b")]
    [TestCase(InfluxDbEngine.Version2, @"a\,b", @"a\\,b")]
    [TestCase(InfluxDbEngine.Version3, @"a b", @"a\ b")]
    [TestCase(InfluxDbEngine.Version3, @"a,b=c", @"a\,b\=c")]
    [TestCase(InfluxDbEngine.Version3, @"a\b", @"a\\b")]
    [TestCase(InfluxDbEngine.Version3, @"a\,b", @"a\\\,b")]
    [TestCase(InfluxDbEngine.Version3, "ã🍭\"'#", "ã🍭\"'#")]
    public void A_tag_value_is_escaped_as_the_engine_reads_it(InfluxDbEngine engine, string value, string escaped)
    {
        using MeasurementBatch batch = new SomeBatch().Row(value).Build();

        Assert.That(Encode(batch, engine, InfluxDbLayout.Plain), Does.StartWith($"generation,region={escaped},energy_source="));
    }

    [TestCase("say \"MW\"", "\"say \\\"MW\\\"\"")]
    [TestCase(@"a\", @"""a\\""")]
    [TestCase("a\nb", "\"a\nb\"")]
    public void A_unit_is_escaped_as_a_text(string unit, string escaped)
    {
        using MeasurementBatch batch = new SomeBatch().Row(new SeriesKey("SE", "hydro", "power", null, unit), SomeBatch.Noon, 1).Build();

        Assert.That(Encode(batch, InfluxDbEngine.Version3, InfluxDbLayout.Plain), Does.Contain($",unit={escaped} "));
    }

    [TestCase(TimeUnit.Milliseconds, 1_704_110_400_000, "s", "1704110400")]
    [TestCase(TimeUnit.Milliseconds, 1_704_110_400_001, "ms", "1704110400001")]
    [TestCase(TimeUnit.Milliseconds, -1_000, "s", "-1")]
    [TestCase(TimeUnit.Microseconds, 1_704_110_400_000_000, "s", "1704110400")]
    [TestCase(TimeUnit.Microseconds, 1_704_110_400_001_000, "ms", "1704110400001")]
    [TestCase(TimeUnit.Microseconds, 1_704_110_400_000_001, "us", "1704110400000001")]
    [TestCase(TimeUnit.Nanoseconds, 1_704_110_400_000_000_000, "s", "1704110400")]
    [TestCase(TimeUnit.Nanoseconds, 1_704_110_400_001_000_000, "ms", "1704110400001")]
    [TestCase(TimeUnit.Nanoseconds, 1_704_110_400_000_001_000, "us", "1704110400000001")]
    [TestCase(TimeUnit.Nanoseconds, 1_704_110_400_000_000_001, "ns", "1704110400000000001")]
    public void The_precision_is_the_coarsest_that_holds_every_time(TimeUnit unit, long time, string precision, string text)
    {
        using MeasurementBatch batch = new SomeBatch { TimeUnit = unit }.Row(time: time).Build();
        var format = new LineFormat("generation", InfluxDbEngine.Version2, InfluxDbLayout.Plain, Fingerprint);
        using WritePlan<PreparedLine> plan = WritePlan.Create(batch, new LineTable(format));
        using var encoder = new LineEncoder(format, gzip: false);

        EncodedLines lines = encoder.Encode(plan, 0, 1);

        Assert.That(lines.Precision.Version2, Is.EqualTo(precision));
        Assert.That(Encoding.UTF8.GetString(lines.Body.Span), Does.EndWith($" {text}\n"));
    }

    [Test]
    public void One_finer_time_makes_the_whole_request_finer()
    {
        using MeasurementBatch batch = new SomeBatch().Row(time: 1_000).Row(time: 2_001).Build();

        Assert.That(Encode(batch, layout: InfluxDbLayout.Plain), Does.EndWith(" 2001\n").And.Contain(" 1000\n"));
    }

    [Test]
    public void Replayed_rows_have_versions_of_their_own([Values] bool isTag)
    {
        using MeasurementBatch batch = new SomeBatch { HasVersions = true }.Row(time: 1_000, version: 5).Row(time: 2_000, version: 6).Build();

        string[] lines = Encode(batch, layout: isTag ? InfluxDbLayout.Versions : InfluxDbLayout.Overwrite).Split('\n');

        Assert.That(lines[0], Does.Contain(isTag ? "version=0000000000000000005-89abcdef " : ",version=5i "));
        Assert.That(lines[1], Does.Contain(isTag ? "version=0000000000000000006-89abcdef " : ",version=6i "));
    }

    [Test]
    public void A_request_is_cut_at_8_MiB_and_the_rest_follows()
    {
        string longName = new('x', 20_000);
        using MeasurementBatch batch = new SomeBatch().Rows(1_000, region: longName).Build();
        var format = new LineFormat("generation", InfluxDbEngine.Version3, InfluxDbLayout.Versions, Fingerprint);
        using WritePlan<PreparedLine> plan = WritePlan.Create(batch, new LineTable(format));
        using var encoder = new LineEncoder(format, gzip: false);

        EncodedLines first = encoder.Encode(plan, 0, 1_000);

        Assert.That(first.Body.Length, Is.LessThanOrEqualTo(LineEncoder.MaxLineBytes));
        Assert.That(first.Count, Is.InRange(400, 419));
        Assert.That(Encoding.UTF8.GetString(first.Body.Span).Count(c => c == '\n'), Is.EqualTo(first.Count));
    }

    [Test]
    public void Compressed_lines_inflate_to_the_plain_ones([Values(1, 3, 4_000)] int rows)
    {
        using MeasurementBatch batch = new SomeBatch().Rows(rows).Rows(rows, subject: "wind", quality: null).Build();
        var format = new LineFormat("generation", InfluxDbEngine.Version3, InfluxDbLayout.Versions, Fingerprint);
        using WritePlan<PreparedLine> plan = WritePlan.Create(batch, new LineTable(format));
        using var encoder = new LineEncoder(format, gzip: true);

        using var inflated = new MemoryStream();
        new GZipStream(new MemoryStream(encoder.Encode(plan, 0, plan.Count).Body.ToArray()), CompressionMode.Decompress).CopyTo(inflated);

        Assert.That(Encoding.UTF8.GetString(inflated.ToArray()), Is.EqualTo(Encode(batch, InfluxDbEngine.Version3)));
    }

    [Test]
    public void A_slice_begins_and_ends_inside_of_series()
    {
        using MeasurementBatch batch = new SomeBatch().Rows(5).Rows(5, subject: "wind").Rows(5, subject: "solar").Build();
        string[] all = Encode(batch).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var format = new LineFormat("generation", InfluxDbEngine.Version2, InfluxDbLayout.Versions, Fingerprint);
        using WritePlan<PreparedLine> plan = WritePlan.Create(batch, new LineTable(format));
        using var encoder = new LineEncoder(format, gzip: false);

        for (int start = 0; start < 15; start++)
        {
            for (int count = 1; count <= 15 - start; count++)
            {
                string lines = Encoding.UTF8.GetString(encoder.Encode(plan, start, count).Body.Span);
                Assert.That(lines, Is.EqualTo(string.Concat(all.Skip(start).Take(count).Select(line => line + "\n"))));
            }
        }
    }

    [Test]
    public void A_single_line_is_that_of_the_request()
    {
        using MeasurementBatch batch = new SomeBatch().Rows(3).Rows(3, subject: "wind").Build();
        var format = new LineFormat("generation", InfluxDbEngine.Version2, InfluxDbLayout.Versions, Fingerprint);
        using WritePlan<PreparedLine> plan = WritePlan.Create(batch, new LineTable(format));
        using var encoder = new LineEncoder(format, gzip: false);
        EncodedLines request = encoder.Encode(plan, 0, 6);
        string[] lines = Encoding.UTF8.GetString(request.Body.Span).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.That(Enumerable.Range(0, 6).Select(i => encoder.LineAt(plan, i, request.Precision)), Is.EqualTo(lines));
    }

    private static string Encode(
        MeasurementBatch batch, InfluxDbEngine engine = InfluxDbEngine.Version2, InfluxDbLayout layout = InfluxDbLayout.Versions)
    {
        var format = new LineFormat("generation", engine, layout, Fingerprint);
        using WritePlan<PreparedLine> plan = WritePlan.Create(batch, new LineTable(format));
        using var encoder = new LineEncoder(format, gzip: false);
        return Encoding.UTF8.GetString(encoder.Encode(plan, 0, plan.Count).Body.Span);
    }
}
