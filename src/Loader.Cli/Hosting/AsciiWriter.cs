using System.Text;

namespace Loader.Cli.Hosting;

/// <summary>
/// Writes only ASCII: see <see cref="AsciiText.Escape"/>. Everything that the process prints goes through it where it is needed.
/// </summary>
/// <param name="inner">The writer.</param>
internal sealed class AsciiWriter(TextWriter inner) : TextWriter
{
    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => inner.Write(AsciiText.Escape(value.ToString()));

    /// <inheritdoc/>
    public override void Write(string? value) => inner.Write(AsciiText.Escape(value ?? ""));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => inner.WriteLine(AsciiText.Escape(value ?? ""));

    /// <inheritdoc/>
    public override void Flush() => inner.Flush();
}
