using Loader.Cli.Hosting;
using Loader.Cli.Output;
using Spectre.Console;

namespace Loader.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class ConsoleTextTests
{
    [TestCase("C", null, null, true)]
    [TestCase("POSIX", null, null, true)]
    [TestCase(null, "C", null, true)]
    [TestCase(null, null, "C", true)]
    [TestCase(null, null, null, true, Description = "Nothing set means C.")]
    [TestCase("", "", "en_US.UTF-8", false, Description = "An empty variable is one that is not set.")]
    [TestCase("C", null, "en_US.UTF-8", true, Description = "LC_ALL comes first.")]
    [TestCase(null, "C", "en_US.UTF-8", true, Description = "Then LC_CTYPE.")]
    [TestCase("C.UTF-8", null, "C", false)]
    [TestCase("pt_BR.utf8", null, null, false)]
    [TestCase("de_DE.ISO-8859-1", null, null, true)]
    [TestCase("en_US", null, null, true)]
    public void The_locale_decides_whether_text_is_ascii(string? all, string? ctype, string? lang, bool isAscii)
    {
        var variables = new Dictionary<string, string?> { ["LC_ALL"] = all, ["LC_CTYPE"] = ctype, ["LANG"] = lang };

        Assert.That(AsciiText.IsNeeded(variables.GetValueOrDefault), Is.EqualTo(isAscii));
    }

    [TestCase("", "")]
    [TestCase("plain", "plain")]
    [TestCase("cut\u2026", "cut...")]
    [TestCase("gera\u00e7\u00e3o", @"gera\u00e7\u00e3o")]
    [TestCase("\ud83d\ude00", @"\ud83d\ude00")]
    public void Other_characters_are_escaped(string text, string expected) => Assert.That(AsciiText.Escape(text), Is.EqualTo(expected));

    [Test]
    public void Every_way_to_write_writes_ascii()
    {
        using var inner = new StringWriter { NewLine = "\n" };
        using var writer = new AsciiWriter(inner) { NewLine = "\n" };

        writer.Write('\u00e7');
        writer.Write("\u00e7");
        writer.Write(['\u00e7', '!'], 0, 1);
        writer.Write("\u00e7".AsSpan());
        writer.WriteLine("\u00e7");
        writer.WriteLine("\u00e7".AsSpan());
        writer.Write("{0}", "\u00e7");

        Assert.That(inner.ToString().Replace("\n", "", StringComparison.Ordinal), Is.EqualTo(string.Concat(Enumerable.Repeat(@"\u00e7", 7))));
    }

    [TestCase("short", 10, "short")]
    [TestCase("two words", 9, "two words")]
    [TestCase("two words", 8, "two|words")]
    [TestCase("1,234 rows", 5, "1,234|rows")]
    [TestCase("a  b", 2, "a|b")]
    [TestCase("  one two three", 12, "  one two|    three", Description = "Lines after the first are indented more.")]
    [TestCase("lake/year=2024/month=01/a.parquet", 20, "lake/year=2024/|month=01/a.parquet")]
    [TestCase("see lake/year=2024/month=01/a.parquet", 20, "see|lake/year=2024/|month=01/a.parquet")]
    [TestCase("generation-2024-01.parquet", 14, "generation-|2024-|01.parquet", Description = "After a separator, not inside 2024.")]
    [TestCase("abcdefgh", 3, "abc|def|gh")]
    [TestCase("123,456,789 a", 4, "123,456,789|a", Description = "A number is not broken even if it does not fit.")]
    [TestCase("v123456789w", 4, "v|123456789|w")]
    [TestCase("", 4, "")]
    [TestCase("ab", 0, "a|b")]
    public void Lines_are_broken_at_blanks_and_never_inside_a_number(string text, int width, string expected)
    {
        string indent = LineBreaker.IndentOf(text, width);

        Assert.That(string.Join('|' + indent, LineBreaker.Divide(text, width).Select(range => text[range])), Is.EqualTo(expected));
    }

    [Test]
    public void No_character_is_lost_at_any_width()
    {
        const string Text = "  generation: 1,234,567 rows in lake/dataset=generation/year=2024/month=01/x-2024.parquet, updated 0";
        string characters = Text.Replace(" ", "", StringComparison.Ordinal);

        Assert.That(
            Enumerable.Range(0, 120).Where(width =>
                string.Concat(LineBreaker.Divide(Text, width).Select(range => Text[range])).Replace(" ", "", StringComparison.Ordinal) != characters),
            Is.Empty);
    }

    [TestCase("short", 10, "short")]
    [TestCase("0123456789", 10, "0123456789")]
    [TestCase("lake/part-a.parquet", 12, "...a.parquet")]
    [TestCase("lake/gen-2024-01.parquet", 16, "...-01.parquet", Description = "Not inside 2024.")]
    [TestCase("lake/part-1.parquet", 2, "...")]
    public void Names_are_shortened_from_the_start_but_not_inside_a_number(string text, int length, string expected) =>
        Assert.That(ConsoleFormat.Shorten(text, length), Is.EqualTo(expected));

    [Test]
    public void Styles_survive_a_line_break()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = CliHost.CreateConsole(writer, isRedirected: true);
        console.Profile.Width = 12;
        console.Profile.Capabilities.Ansi = true;
        console.Profile.Capabilities.ColorSystem = ColorSystem.Standard;

        console.MarkupLine("[red]one two[/] three four");

        Assert.That(writer.ToString(), Is.EqualTo("\u001b[91mone two\u001b[0m\nthree four\n"));
    }

    [Test]
    public void Text_is_escaped_before_its_lines_are_broken()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        IAnsiConsole console = CliHost.CreateConsole(writer, isRedirected: true, isAscii: true);
        console.Profile.Width = 20;

        console.MarkupLine("ab \u00e7\u00e3o cd\u2026");

        Assert.That(writer.ToString(), Is.EqualTo("ab \\u00e7\\u00e3o\ncd...\n"));
    }

    [Test]
    public void Redirected_lines_are_not_broken()
    {
        using var writer = new StringWriter { NewLine = "\n" };
        string text = string.Join(' ', Enumerable.Repeat("word", 5_000));

        CliHost.CreateConsole(writer, isRedirected: true).MarkupLine(text);

        Assert.That(writer.ToString(), Is.EqualTo(text + "\n"));
    }
}
