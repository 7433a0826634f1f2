using System.Text;

namespace Loader.Cli.Hosting;

/// <summary>
/// Keeps one line at the bottom of a terminal. All other text is written above it and stays, so everything that the terminal gets has to
/// be written here.
/// </summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="terminal">Writes to the terminal, which must understand ANSI sequences.</param>
internal sealed class StatusLine(TextWriter terminal) : TextWriter
{
    private const string ClearToEndOfLine = "\u001b[K";
    private const string ClearLine = "\r" + ClearToEndOfLine;

    private readonly Lock _gate = new();
    private string _text = "";
    private bool _isLineStarted;

    /// <inheritdoc/>
    public override Encoding Encoding => terminal.Encoding;

    /// <summary>Shows a text instead of the last one.</summary>
    /// <param name="text">The text, shorter than the terminal is wide; empty to remove the line.</param>
    public void Show(string text)
    {
        lock (_gate)
        {
            // After the beginning of a line of other text, the end of that line draws the status.
            if (text != _text && !_isLineStarted)
            {
                terminal.Write("\r" + text + ClearToEndOfLine);
                terminal.Flush();
            }

            _text = text;
        }
    }

    /// <inheritdoc/>
    public override void Write(char value) => Write(value.ToString());

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Write(new string(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Write(value + NewLine);

    /// <inheritdoc/>
    public override void Write(string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return;
        }

        lock (_gate)
        {
            string clear = _text.Length > 0 && !_isLineStarted ? ClearLine : "";
            _isLineStarted = !value.EndsWith('\n');
            terminal.Write(clear + value + (_isLineStarted ? "" : _text));
        }
    }

    /// <inheritdoc/>
    public override void Flush() => terminal.Flush();
}
