using System.Text.Json;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Loading;

/// <summary>A journal in a file <c>.loader/resume-….jsonl</c>, for destinations that cannot hold it themselves.</summary>
/// <remarks>
/// The name is a hash of the run's sources and settings. The file has one line for each file that is finished or was stopped; if a file has
/// several lines, the last one counts. Lines are appended before the next file starts, and a line that a killed process left truncated is
/// ignored. An entry counts only if the destination still has the identity that it had when the entry was written. The journal is deleted
/// when every file has succeeded.
/// </remarks>
internal sealed class FileJournal : ResumeJournal
{
    private readonly string? _path;
    private readonly IRecordSink _sink;
    private readonly ILogger _logger;
    private readonly Dictionary<string, JournalEntry> _entries = new(StringComparer.Ordinal);
    private readonly Dictionary<DatasetType, string?> _identities = [];
    private bool _isOpened;

    /// <summary>Initializes a new instance of the <see cref="FileJournal"/> class.</summary>
    /// <param name="path">The path of the file, or <see langword="null"/> to remember nothing.</param>
    /// <param name="resume">Whether entries of earlier runs count.</param>
    /// <param name="sink">The destination.</param>
    /// <param name="logger">Logs a file that cannot be read or written.</param>
    public FileJournal(string? path, bool resume, IRecordSink sink, ILogger logger)
    {
        _path = path;
        _sink = sink;
        _logger = logger;
        if (resume)
        {
            Read();
        }
    }

    /// <inheritdoc/>
    public override async Task<JournalEntry?[]> FindAsync(IReadOnlyList<SourceFile> files, CancellationToken cancellationToken)
    {
        var found = new JournalEntry?[files.Count];
        for (int index = 0; index < found.Length; index++)
        {
            found[index] = await FindAsync(files[index], cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    /// <inheritdoc/>
    public override async Task CloseAsync(LoadStatus status)
    {
        if (status != LoadStatus.Succeeded)
        {
            await FlushAsync().ConfigureAwait(false);
            return;
        }

        if (_path is null || !File.Exists(_path))
        {
            return;
        }

        try
        {
            File.Delete(_path);
            string folder = Path.GetDirectoryName(_path)!;
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
            {
                Directory.Delete(folder);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _logger.JournalNotWritten(PlainText.Escape(_path), PlainText.Escape(exception.Message));
        }
    }

    /// <inheritdoc/>
    protected override Task<bool> TryWriteAsync(IReadOnlyList<JournalEntry> entries)
    {
        if (_path is null)
        {
            return Task.FromResult(true);
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);

            // The lines of an earlier run are kept only if this run resumes it.
            using var stream = new FileStream(_path, _isOpened || _entries.Count > 0 ? FileMode.Append : FileMode.Create, FileAccess.Write);
            if (!_isOpened)
            {
                // The last line of an earlier run may be truncated: start a new line.
                stream.WriteByte((byte)'\n');
            }

            foreach (JournalEntry entry in entries)
            {
                byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry), (byte)'\n'];
                stream.Write(line);
            }

            _isOpened = true;
            return Task.FromResult(true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _logger.JournalNotWritten(PlainText.Escape(_path), PlainText.Escape(exception.Message));
            return Task.FromResult(false);
        }
    }

    private async Task<JournalEntry?> FindAsync(SourceFile file, CancellationToken cancellationToken)
    {
        if (_entries.GetValueOrDefault(NameOf(file)) is not { Destination: { } identity } entry
            || !DatasetType.TryParse(entry.Dataset, out DatasetType? dataset))
        {
            return null;
        }

        string? current = await GetIdentityAsync(dataset, cancellationToken).ConfigureAwait(false);
        return string.Equals(identity, current, StringComparison.Ordinal) ? entry : null;
    }

    /// <summary>Asks for the identity of the destination, once for each dataset.</summary>
    /// <returns>The identity, or <see langword="null"/> if it is unknown or cannot be asked for. A load then says why.</returns>
    private async Task<string?> GetIdentityAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        if (_identities.TryGetValue(dataset, out string? known))
        {
            return known;
        }

        try
        {
            Destination destination = await _sink.InspectAsync(dataset, cancellationToken).ConfigureAwait(false);
            return _identities[dataset] = destination.Identity;
        }
        catch (LoadException)
        {
            return null;
        }
    }

    private void Read()
    {
        try
        {
            foreach (string line in File.Exists(_path) ? File.ReadLines(_path) : [])
            {
                if (ParseOrNull(line) is { IsValid: true } entry)
                {
                    _entries[entry.File] = entry;
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _entries.Clear();
            _logger.JournalNotRead(PlainText.Escape(_path!), PlainText.Escape(exception.Message));
        }
    }

    /// <summary>
    /// Parses a line. A line that a killed process left truncated gives <see langword="null"/>, and its file is loaded again.
    /// </summary>
    private static JournalEntry? ParseOrNull(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, JournalJson.Default.JournalEntry);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
