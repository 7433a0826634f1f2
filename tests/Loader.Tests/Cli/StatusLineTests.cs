using Loader.Cli.Hosting;

namespace Loader.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class StatusLineTests
{
    private const string Clear = "\r\u001b[K";

    [Test]
    public void Text_is_written_above_the_line() => Assert.That(
        Write(line =>
        {
            line.Show("1 file");
            line.Write("failed\n");
            line.Show("2 files");
            line.Show("");
            line.Write("end\n");
        }),
        Is.EqualTo($"\r1 file\u001b[K{Clear}failed\n1 file\r2 files\u001b[K{Clear}end\n"));

    [Test]
    public void A_line_that_comes_in_pieces_is_not_interrupted() => Assert.That(
        Write(line =>
        {
            line.Show("1 file");
            line.Write("fai");
            line.Show("2 files");
            line.Write('l');
            line.WriteLine("ed");
        }),
        Is.EqualTo($"\r1 file\u001b[K{Clear}failed\n2 files"));

    [Test]
    public void The_same_text_is_drawn_once() => Assert.That(
        Write(line =>
        {
            line.Show("1 file");
            line.Show("1 file");
        }),
        Is.EqualTo("\r1 file\u001b[K"));

    [Test]
    public void Without_a_line_text_passes_unchanged() => Assert.That(Write(line => line.Write("a\nb")), Is.EqualTo("a\nb"));

    private static string Write(Action<StatusLine> write)
    {
        using var terminal = new StringWriter();
        using var line = new StatusLine(terminal) { NewLine = "\n" };
        write(line);
        return terminal.ToString();
    }
}
