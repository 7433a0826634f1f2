using Loader.Cli.Reporting;

namespace Loader.Tests.Reporting;

[Parallelizable(ParallelScope.All)]
internal sealed class HtmlTextTests
{
    private static readonly TestCaseData<string, string>[] Cases =
    [
        new("São Paulo · 50 %", "São Paulo · 50 %"),
        new("<a href=\"x\">'&'</a>", "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;"),
        new("a\0\t\n\u001B", @"a\u0000\u0009\u000a\u001b"),
        new("\u202E\u2066\u200B\uFEFF\u00AD\u00A0\u3164", @"\u202e\u2066\u200b\ufeff\u00ad\u00a0\u3164"),
        new("\uD800x\uDC00", @"\ud800x\udc00"),
        new("\U000E0041\uFFFF", @"\U000e0041\uffff"),
        new("😀 שלום", "😀 שלום"),
        new("e\u0301\u0301\u0301\u0301", "e\u0301\u0301\u0301\\u0301"),
        new(new string('&', 201), string.Concat(Enumerable.Repeat("&amp;", 200)) + "…"),
        new(new string('x', 200), new string('x', 200)),
    ];

    [TestCaseSource(nameof(Cases))]
    public void A_text_is_encoded_and_cut_and_hides_nothing(string text, string expected)
    {
        using var writer = new StringWriter();
        HtmlText.Write(writer, text);

        Assert.That(writer.ToString(), Is.EqualTo(expected));
    }

    [Test]
    public void A_cut_does_not_divide_a_character()
    {
        using var writer = new StringWriter();
        HtmlText.Write(writer, new string('x', 199) + "😀y");

        Assert.That(writer.ToString(), Is.EqualTo(new string('x', 199) + "😀…"));
    }
}
