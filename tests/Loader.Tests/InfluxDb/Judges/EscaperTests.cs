using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Planning;
using Loader.LocalAws.InfluxDb;
using Loader.Tests.Support;

namespace Loader.Tests.InfluxDb.Judges;

/// <summary>100,000 random texts as tags and units: what comes back is what was sent, or the row was invalid.</summary>
[TestFixture]
internal sealed class EscaperTests
{
    private const int Count = 100_000;
    private const int Seed = 20261127;

    private static readonly Lazy<List<Series>> Texts = new(() => EscaperJudge.SeriesOf(RandomTexts.Create(Count, Seed)));

    [TestCase(InfluxEngine.Version2)]
    [TestCase(InfluxEngine.Version3)]
    public void The_fake_reads_back_every_text_that_is_written(InfluxEngine engine) =>
        Assert.That(EscaperJudge.Judge(Texts.Value, engine, Write).Take(20), Is.Empty);

    [Test]
    public async Task Influxd_reads_back_every_text_that_is_written()
    {
        await using InfluxdAsEngine2 judge = await InfluxdAsEngine2.StartAsync();

        Assert.That((await EscaperJudge.JudgeAsync(Texts.Value, judge, Write)).Take(20), Is.Empty);
    }

    [TestCase(EscapingMistake.BareCommas, InfluxEngine.Version2)]
    [TestCase(EscapingMistake.BareCommas, InfluxEngine.Version3)]
    [TestCase(EscapingMistake.BareEqualsSigns, InfluxEngine.Version2)]
    [TestCase(EscapingMistake.BareSpaces, InfluxEngine.Version2)]
    [TestCase(EscapingMistake.BareSpaces, InfluxEngine.Version3)]
    [TestCase(EscapingMistake.SingleBackslashesOnEngine3, InfluxEngine.Version3)]
    [TestCase(EscapingMistake.DoubleBackslashesOnEngine2, InfluxEngine.Version2)]
    [TestCase(EscapingMistake.TrailingBackslashes, InfluxEngine.Version2)]
    [TestCase(EscapingMistake.TrailingBackslashes, InfluxEngine.Version3)]
    [TestCase(EscapingMistake.Newlines, InfluxEngine.Version2)]
    [TestCase(EscapingMistake.Newlines, InfluxEngine.Version3)]
    [TestCase(EscapingMistake.TabsOnEngine3, InfluxEngine.Version3)]
    [TestCase(EscapingMistake.BareQuotesInUnits, InfluxEngine.Version3)]
    [TestCase(EscapingMistake.BareBackslashesInUnits, InfluxEngine.Version3)]
    [TestCase(EscapingMistake.CarriageReturnsRemoved, InfluxEngine.Version2)]
    [TestCase(EscapingMistake.HiddenEndsOnEngine2, InfluxEngine.Version2)]
    [TestCase(EscapingMistake.EverythingUnusualInvalid, InfluxEngine.Version3)]
    public void A_mistake_is_found(EscapingMistake mistake, InfluxEngine engine) => Assert.That(
        EscaperJudge.Judge([.. Texts.Value.Take(5_000)], engine, (series, of) => LineByTheRules.Write(series, of, mistake)), Is.Not.Empty);

    /// <summary>The line of the loader's encoder, or null where its rules judge the row invalid.</summary>
    private static byte[]? Write(Series series, InfluxEngine engine)
    {
        var format = new LineFormat(
            EscaperJudge.Table, engine == InfluxEngine.Version2 ? InfluxDbEngine.Version2 : InfluxDbEngine.Version3, InfluxDbLayout.Plain, "00000000");
        using MeasurementBatch batch = Some.Batch([(0, 1, series.Key)]);
        MeasurementRules.Validate(batch, new DestinationLimits { UnwritableText = format.Dialect.Unwritable });
        if (batch.Verdicts[0] != RejectionReason.None)
        {
            return null;
        }

        using WritePlan<PreparedLine> plan = WritePlan.Create(batch, new LineTable(format));
        using var encoder = new LineEncoder(format, gzip: false);
        ReadOnlySpan<byte> line = encoder.Encode(plan, 0, 1).Body.Span;

        // The judge adds times of its own.
        ReadOnlySpan<byte> time = " 0\n"u8;
        return line.EndsWith(time) ? line[..^time.Length].ToArray() : throw new FormatException("The line does not end with its time.");
    }
}
