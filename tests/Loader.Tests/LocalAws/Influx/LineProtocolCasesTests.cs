using Loader.LocalAws.InfluxDb.Lines;

namespace Loader.Tests.LocalAws.Influx;

[TestFixture]
internal sealed class LineProtocolCasesTests
{
    [Test]
    public void The_parser_of_engine_2_agrees_with_the_servers_own_on_every_recorded_line() => Assert.Multiple(() =>
    {
        foreach (LineProtocolCase line in LineProtocolCases.ReadOrIgnore())
        {
            List<LineResult> results = [.. LineProtocol2.Parse(line.Body)];

            // The server lists the points first and the errors after them.
            IEnumerable<string> described = results.Where(result => result.Error is null).Concat(results.Where(result => result.Error is not null)).Select(LineProtocolCases.Describe);
            Assert.That(described, Is.EqualTo(line.Engine2), line.Body);
        }
    });

    [Test]
    public void The_parser_of_engine_3_agrees_with_the_servers_own_on_every_recorded_line() => Assert.Multiple(() =>
    {
        foreach (LineProtocolCase line in LineProtocolCases.ReadOrIgnore())
        {
            Assert.That(LineProtocol3.Parse(line.Body).Select(LineProtocolCases.Describe), Is.EqualTo(line.Engine3), line.Body);
        }
    });

    [Test]
    public void The_recorded_lines_are_read_completely() => Assert.That(LineProtocolCases.ReadOrIgnore(), Has.Count.GreaterThan(80));
}
