using Loader.Domain;

namespace Loader.Tests.Domain;

public sealed class PlainTextTests
{
    [TestCase("plain text, ação 24 °C", "plain text, ação 24 °C")]
    [TestCase("a\nb", @"a\u000ab")]
    [TestCase("a\r\u001b[31mb", @"a\u000d\u001b[31mb")]
    [TestCase("a\u0085b\u2028c", @"a\u0085b\u2028c")]
    [TestCase("\u202egnp.exe", @"\u202egnp.exe")]
    [TestCase("\ufefftimestamp", @"\ufefftimestamp")]
    [TestCase("val\u200bue\u00a0\u00ad", @"val\u200bue\u00a0\u00ad")]
    [TestCase("a\u2003b\u202fc\u2060d\u3000e", @"a\u2003b\u202fc\u2060d\u3000e")]
    [TestCase("", "")]
    public void Characters_that_could_forge_a_log_line_or_control_a_terminal_or_that_nobody_sees_are_escaped(string text, string expected)
    {
        Assert.That(PlainText.Escape(text), Is.EqualTo(expected));
    }
}
