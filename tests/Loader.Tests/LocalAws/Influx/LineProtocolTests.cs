using Loader.LocalAws.InfluxDb.Lines;

namespace Loader.Tests.LocalAws.Influx;

/// <summary>The rules of both dialects, side by side. A null is a refused line.</summary>
[TestFixture]
internal sealed class LineProtocolTests
{
    [TestCase(@"wind\,sea v=1", "wind,sea", "wind,sea", TestName = "A comma in a measurement is escaped")]
    [TestCase(@"wind\ sea v=1", "wind sea", "wind sea", TestName = "A space in a measurement is escaped")]
    [TestCase("wind=sea v=1", "wind=sea", "wind=sea", TestName = "An equals sign in a measurement needs no escape")]
    [TestCase(@"wind\=sea v=1", "wind=sea", @"wind\=sea", TestName = "Only engine 2 takes an escape of an equals sign in a measurement")]
    [TestCase(@"wind\\sea v=1", @"wind\\sea", @"wind\sea", TestName = "Two backslashes in a measurement stay two in engine 2 and become one in engine 3")]
    [TestCase("wi\0nd v=1", "wi\0nd", null, TestName = "Only engine 3 refuses NUL in a measurement")]
    [TestCase("\"wind\" v=1", "\"wind\"", "\"wind\"", TestName = "Quotes in a measurement are part of it")]
    public void Measurements(string line, string? engine2, string? engine3) =>
        Both(line, engine2, engine3, content => content.Measurement);

    [TestCase(@"a\,b", "a,b", "a,b")]
    [TestCase(@"a\ b", "a b", "a b")]
    [TestCase(@"a\=b", "a=b", "a=b")]
    [TestCase("a=b", null, "a=b", TestName = "A bare equals sign in a tag value is refused by engine 2 only")]
    [TestCase(@"a\b", @"a\b", @"a\b", TestName = "A backslash before an ordinary character stays")]
    [TestCase(@"a\\b", @"a\\b", @"a\b", TestName = "Two backslashes stay two in engine 2 and become one in engine 3")]
    [TestCase(@"a\\,b", @"a\,b", null, TestName = "Engine 2 takes an escape after a backslash, engine 3 sees a value that ends with one")]
    [TestCase(@"a\\\,b", @"a\\,b", @"a\,b", TestName = "Engine 3 needs the backslash and the comma escaped")]
    [TestCase(@"a\", null, null, TestName = "A trailing backslash cannot be written")]
    [TestCase(@"a\\", null, null, TestName = "Nor can two of them")]
    [TestCase("", null, null, TestName = "An empty value is refused")]
    [TestCase("a\tb", "a\tb", null, TestName = "A tab ends the value in engine 3")]
    [TestCase("a\\\tb", "a\\\tb", "a\\\tb", TestName = "An escaped tab keeps its backslash")]
    [TestCase("a\rb", "a\rb", "a\rb", TestName = "A carriage return in the middle is part of the value")]
    [TestCase("\"a\"", "\"a\"", "\"a\"", TestName = "Quotes are part of the value")]
    [TestCase("a\0b\u0001", "a\0b\u0001", "a\0b\u0001", TestName = "NUL and control characters are part of the value")]
    [TestCase("水力 🌊", null, null, TestName = "A bare space ends the value")]
    [TestCase("水力🌊", "水力🌊", "水力🌊", TestName = "Any character of Unicode is part of the value")]
    public void Tag_values(string value, string? engine2, string? engine3) =>
        Both($"m,t={value} v=1 10", engine2, engine3, content => content.Tags.Single().Value);

    [TestCase("v", "1e", null, null)]
    [TestCase("v", "2.5", "2.5", "2.5")]
    [TestCase("v", ".25", "0.25", null, TestName = "Engine 3 wants a digit before the point")]
    [TestCase("v", "4.", "4", null, TestName = "Engine 3 wants a digit after the point")]
    [TestCase("v", "1E+16", "10000000000000000", "10000000000000000")]
    [TestCase("v", "5E-324", "5E-324", "5E-324")]
    [TestCase("v", "-0", "-0", "-0")]
    [TestCase("v", "2e400", null, "Infinity", TestName = "A float beyond the range is refused by engine 2 and becomes infinity in engine 3")]
    [TestCase("v", "+1", null, null)]
    [TestCase("v", "NaN", null, null)]
    [TestCase("v", "Infinity", null, null)]
    [TestCase("v", "-9223372036854775808i", "-9223372036854775808i", "-9223372036854775808i")]
    [TestCase("v", "9223372036854775808i", null, null)]
    [TestCase("v", "18446744073709551615u", "18446744073709551615u", "18446744073709551615u")]
    [TestCase("v", "-1u", null, null)]
    [TestCase("v", "0.30000000000000004", "0.30000000000000004", "0.30000000000000004", TestName = "17 digits are kept")]
    [TestCase("v", "T", "true", "true")]
    [TestCase("v", "False", "false", "false")]
    [TestCase("v", "tRUE", null, null)]
    [TestCase("v", "\"a\\\"b\\\\\"", "\"a\"b\\\"", "\"a\"b\\\"", TestName = "A text escapes quote and backslash")]
    [TestCase("v", "\"a\\nb\"", "\"a\\nb\"", "\"a\\nb\"", TestName = "Other backslashes in a text stay")]
    [TestCase("v", "\"two\nlines, a=b\"", "\"two\nlines, a=b\"", "\"two\nlines, a=b\"", TestName = "A newline in a text does not end the line")]
    [TestCase("v", "\"open", null, null)]
    public void Field_values(string key, string value, string? engine2, string? engine3) =>
        Both($"m {key}={value} 10", engine2, engine3, content => content.Fields.Single().Value.ToString());

    [TestCase("9223372036854775806", 9223372036854775806, 9223372036854775806)]
    [TestCase("9223372036854775807", null, 9223372036854775807, TestName = "Engine 2 reserves the highest number")]
    [TestCase("-9223372036854775806", -9223372036854775806, -9223372036854775806)]
    [TestCase("-9223372036854775807", null, -9223372036854775807, TestName = "Engine 2 reserves the lowest numbers")]
    [TestCase("9223372036854775808", null, null)]
    [TestCase("1.5", null, null)]
    [TestCase("1e3", null, null)]
    [TestCase("5  ", 5, 5, TestName = "Spaces may follow the time")]
    [TestCase("5\r", null, null, TestName = "A carriage return may not")]
    [TestCase("5 6", null, null)]
    public void Times(string time, long? engine2, long? engine3)
    {
        ParsedLine? parsed2 = LineProtocol2.Parse($"m v=1 {time}").Single().Content;
        ParsedLine? parsed3 = LineProtocol3.Parse($"m v=1 {time}").Single().Content;

        Assert.That((parsed2?.Time, parsed3?.Time), Is.EqualTo((engine2, engine3)));
    }

    [Test]
    public void A_far_date_in_seconds_is_out_of_range_after_scaling() =>
        Assert.That(LineProtocol2.Parse("m v=1 9223372037", 1_000_000_000).Single().Error, Does.EndWith("time outside range -9223372036854775806 - 9223372036854775806"));

    [TestCase("#m v=1", TestName = "A line that begins with # is a comment")]
    [TestCase("  # m v=1")]
    [TestCase("")]
    [TestCase("  \t ")]
    [TestCase("\n\n")]
    public void Lines_without_content_are_no_lines(string body)
    {
        Assert.That(LineProtocol2.Parse(body).Count(), Is.Zero);
        Assert.That(LineProtocol3.Parse(body).Count(), Is.Zero);
    }

    [Test]
    public void A_newline_in_a_tag_ends_the_line()
    {
        Assert.That(LineProtocol2.Parse("m,t=a\nb v=1").Select(result => result.Content?.Measurement), Is.EqualTo(new[] { null, "b" }));
        Assert.That(LineProtocol3.Parse("m,t=a\nb v=1").Select(result => result.Content?.Measurement), Is.EqualTo(new[] { null, "b" }));
    }

    [Test]
    public void A_backslash_at_the_end_of_a_tag_swallows_the_next_tag_silently_in_engine_3()
    {
        Assert.That(LineProtocol3.Parse(@"m,t=a\,u=b v=1").Single().Content!.Tags, Is.EqualTo(new[] { new InfluxTag("t", "a,u=b") }));
        Assert.That(LineProtocol2.Parse(@"m,t=a\,u=b v=1").Single().Error, Does.EndWith("invalid tag format"));
    }

    [TestCase("m,time=a v=1", "cannot use reserved tag key \"time\"")]
    [TestCase("m,_field=a v=1", "cannot use reserved tag key \"_field\"")]
    [TestCase("m,_measurement=a v=1", "cannot use reserved tag key \"_measurement\"")]
    [TestCase("m,t=a,t=b v=1", "duplicate tags")]
    [TestCase("m,u=a,t=c,u=b v=1", "duplicate tags")]
    [TestCase("m,=a v=1", "missing tag key")]
    [TestCase("m,t v=1", "missing tag value")]
    [TestCase("m,t=a", "missing fields")]
    [TestCase("m =1", "missing field key")]
    [TestCase("m v=", "missing field value")]
    [TestCase("m v=1,w", "invalid field format")]
    [TestCase(",t=a v=1", "missing measurement")]
    public void Engine_2_quotes_the_line_and_says_why(string line, string why) =>
        Assert.That(LineProtocol2.Parse(line).Single().Error, Is.EqualTo($"unable to parse '{line}': {why}"));

    [Test]
    public void Engine_2_limits_the_bytes_of_measurement_tags_and_field_name()
    {
        string tag = new('å', 32_764);

        Assert.That(LineProtocol2.Parse($"m,t={tag} v=1").Single().Error, Does.EndWith("max key length exceeded: 65537 > 65535"));
        Assert.That(LineProtocol2.Parse($"m,t={tag[1..]} v=1").Single().Error, Is.Null);
    }

    [Test]
    public void Engine_2_sorts_the_tags_and_engine_3_keeps_their_order()
    {
        Assert.That(LineProtocol2.Parse("m,b=1,a=2 v=1").Single().Content!.Tags.Select(tag => tag.Key), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(LineProtocol3.Parse("m,b=1,a=2 v=1").Single().Content!.Tags.Select(tag => tag.Key), Is.EqualTo(new[] { "b", "a" }));
    }

    [Test]
    public void Of_a_repeated_field_engine_2_keeps_the_last_and_engine_3_shows_both()
    {
        Assert.That(LineProtocol2.Parse("m v=1,v=2").Single().Content!.Fields.Single().Value.Float, Is.EqualTo(2));
        Assert.That(LineProtocol3.Parse("m v=1,v=2").Single().Content!.Fields, Has.Count.EqualTo(2));
    }

    [Test]
    public void Engine_3_names_what_it_expected_with_ten_characters_of_context()
    {
        Assert.That(LineProtocol3.Parse("m,t v=1 1234567890").Single().Error, Is.EqualTo("Tag set malformed: could not find equals sign in `t v=1 1234...`"));
        Assert.That(LineProtocol3.Parse("m v=1x").Single().Error, Is.EqualTo("Could not parse entire line. Found trailing content: `x`"));
    }

    [Test]
    public void Engine_3_forgives_one_comma_after_the_first_field_and_none_after_the_second()
    {
        Assert.That(LineProtocol3.Parse("m v=1, 10").Single().Content!.Time, Is.EqualTo(10));
        Assert.That(LineProtocol3.Parse("m v=1,w=2, 10").Single().Error, Does.StartWith("Could not parse entire line."));
    }

    private static void Both(string line, string? engine2, string? engine3, Func<ParsedLine, string> part) => Assert.Multiple(() =>
    {
        Assert.That(LineProtocol2.Parse(line).First().Content is { } content2 ? part(content2) : null, Is.EqualTo(engine2), "Engine 2");
        Assert.That(LineProtocol3.Parse(line).First().Content is { } content3 ? part(content3) : null, Is.EqualTo(engine3), "Engine 3");
    });
}
