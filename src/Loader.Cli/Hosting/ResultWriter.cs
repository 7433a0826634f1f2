using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Loader.Cli.Hosting;

/// <summary>
/// Writes to standard output or standard error, which may be closed or on a full disk. A failure is remembered and ends the output, not the
/// load.
/// </summary>
/// <param name="inner">The writer.</param>
internal sealed class ResultWriter(TextWriter inner) : TextWriter
{
    private readonly Lock _lock = new();

    /// <summary>Gets why the output is incomplete, or <see langword="null"/> if everything was written.</summary>
    public string? Failure { get; private set; }

    /// <inheritdoc/>
    public override Encoding Encoding => inner.Encoding;

    /// <inheritdoc/>
    public override void Write(char value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(string? value) => Try(() => inner.Write(value));

    /// <inheritdoc/>
    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    /// <inheritdoc/>
    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    /// <inheritdoc/>
    public override void Flush() => Try(inner.Flush);

    [SuppressMessage(
        "Design",
        "CA1031:Do not catch general exception types",
        Justification = "A closed descriptor fails in many ways. No failure to print may end a load, and the exit code reports it.")]
    private void Try(Action write)
    {
        lock (_lock)
        {
            if (Failure is not null)
            {
                return;
            }

            try
            {
                write();
            }
            catch (Exception exception)
            {
                Failure = exception.Message;
            }
        }
    }
}
