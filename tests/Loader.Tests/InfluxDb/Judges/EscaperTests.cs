using Loader.Domain;
using Loader.LocalAws.InfluxDb;

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

    private static byte[]? Write(Series series, InfluxEngine engine) => LineByTheRules.Write(series, engine, EscapingMistake.None);
}
