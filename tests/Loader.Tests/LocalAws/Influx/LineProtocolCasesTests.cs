using Loader.LocalAws.InfluxDb.Lines;

namespace Loader.Tests.LocalAws.Influx;

[TestFixture]
internal sealed class LineProtocolCasesTests
{
    [Test]
    public void The_parser_of_engine_2_agrees_with_the_servers_own_on_every_recorded_line()
    {
        // The server lists the points first and the errors after them.
        string[] differences = Differences(
            body => LineProtocol2.Parse(body).OrderBy(result => result.Error is not null), line => line.Engine2);

        Assert.That(differences, Is.Empty);
    }

    [Test]
    public void The_parser_of_engine_3_agrees_with_the_servers_own_on_every_recorded_line() =>
        Assert.That(Differences(LineProtocol3.Parse, line => line.Engine3), Is.Empty);

    [Test]
    public void The_recorded_lines_are_read_completely() => Assert.That(LineProtocolCases.ReadOrIgnore(), Has.Count.GreaterThan(80));

    private static string[] Differences(
        Func<string, IEnumerable<LineResult>> parse, Func<LineProtocolCase, IEnumerable<string>> recorded) =>
        [
            .. LineProtocolCases.ReadOrIgnore()
                .Where(line => !parse(line.Body).Select(LineProtocolCases.Describe).SequenceEqual(recorded(line)))
                .Select(line => $"{line.Body}: {string.Join(" | ", parse(line.Body).Select(LineProtocolCases.Describe))}"),
        ];
}
