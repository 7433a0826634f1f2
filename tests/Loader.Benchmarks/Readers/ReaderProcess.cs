using System.Text.Json;
using Loader.Domain;

namespace Loader.Benchmarks.Readers;

/// <summary>A process that reads files with one reader. A file that kills or hangs it costs only this process.</summary>
internal sealed class ReaderProcess : IDisposable
{
    private readonly OwnProcess _process;

    public ReaderProcess(string reader, string[] texts, bool isExact)
    {
        List<string> arguments =
            [ReadWithCommand.Name, reader, "--columns", ColumnNames.Timestamp, ColumnNames.Value, .. texts];
        if (isExact)
        {
            arguments.Add("--exact");
        }

        _process = OwnProcess.Start(arguments, isExact ? [("DOTNET_GCHeapHardLimit", "0x40000000")] : []);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="timeout">The time limit.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    /// <returns>The result, or <see langword="null"/> if the process has died.</returns>
    /// <exception cref="TimeoutException">The time limit has passed; the process is of no use any more.</exception>
    public async Task<ReadResult?> ReadAsync(string path, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await _process.Input.WriteLineAsync(path);
            await _process.Input.FlushAsync(cancellationToken);
        }
        catch (IOException)
        {
            return null;
        }

        string? line = await _process.Output.ReadLineAsync(cancellationToken).AsTask().WaitAsync(timeout, cancellationToken);
        return line is null ? null : JsonSerializer.Deserialize<ReadResult>(line);
    }

    /// <inheritdoc/>
    public void Dispose() => _process.Dispose();
}
