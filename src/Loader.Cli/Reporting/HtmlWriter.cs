using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.CompilerServices;

namespace Loader.Cli.Reporting;

/// <summary>
/// Writes a page. Markup comes only from literals of the source code: whatever an interpolated string inserts is encoded as text.
/// </summary>
/// <param name="writer">Receives the page.</param>
internal sealed class HtmlWriter(TextWriter writer)
{
    /// <summary>Writes markup without values.</summary>
    public void Write([ConstantExpected] string markup) => writer.Write(markup);

    /// <summary>Writes markup with values. The handler has written them.</summary>
    [SuppressMessage("Style", "IDE0060:Remove unused parameter", Justification = "The handler writes while it is made.")]
    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "The handler needs the instance.")]
    public void Write([InterpolatedStringHandlerArgument("")] Markup markup)
    {
        // Everything is written.
    }

    /// <summary>Writes an interpolated string: literals as they are, texts encoded, numbers without separators.</summary>
    [InterpolatedStringHandler]
    [SuppressMessage("Performance", "CA1815:Override equals and operator equals on value types", Justification = "It is never compared.")]
    public readonly ref struct Markup
    {
        private readonly TextWriter _writer;

        [SuppressMessage("Style", "IDE0060:Remove unused parameter", Justification = "The compiler passes them.")]
        public Markup(int literalLength, int formattedCount, HtmlWriter html)
        {
            _writer = html.Target;
        }

        public void AppendLiteral(string markup) => _writer.Write(markup);

        public void AppendFormatted(string? text) => HtmlText.Write(_writer, text ?? "");

        public void AppendFormatted(HtmlMessage message) => HtmlText.Write(_writer, message.Text, HtmlText.MaxMessageLength);

        public void AppendFormatted(int number) => _writer.Write(number.ToString(CultureInfo.InvariantCulture));

        public void AppendFormatted(double number, string format) =>
            _writer.Write(number.ToString(format, CultureInfo.InvariantCulture));
    }

    private TextWriter Target => writer;
}

/// <summary>A message of the loader, which may be longer than other texts.</summary>
/// <param name="Text">The message.</param>
internal readonly record struct HtmlMessage(string Text);
