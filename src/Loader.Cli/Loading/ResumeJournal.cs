using System.Security.Cryptography;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Loading;

/// <summary>How far a run over many files came, so that <c>--resume</c> goes on from there.</summary>
/// <remarks>
/// A file <c>.loader/resume-….jsonl</c>, named after the sources, the destination, the dataset and the version of the run, with one line for each file that is done or was
/// stopped. Lines are only added, each before the next file is begun, and a line cut off by a kill is passed over; the last line of a file counts. It is deleted
/// when everything succeeded. Losing it costs time and nothing else: files that are loaded again change nothing.
/// </remarks>
internal sealed class ResumeJournal
{
    private static readonly string[] DestinationSettings = ["TIMESTREAM_DATABASE_NAME", "GENERATION_TABLE_NAME", "CONSUMPTION_TABLE_NAME", "TRANSMISSION_TABLE_NAME"];

    private readonly string? _path;
    private readonly ILogger _logger;
    private readonly Dictionary<string, JournalEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<JournalEntry> _pending = [];
    private bool _isBegun;

    private ResumeJournal(string? path, ILogger logger)
    {
        _path = path;
        _logger = logger;
    }

    /// <summary>Gets the journal's file, or <see langword="null"/> where the run keeps none.</summary>
    public string? Location => _path;

    /// <summary>Gets a value indicating whether an earlier run left something to go on from.</summary>
    public bool HasEntries => _entries.Count > 0;

    /// <summary>Makes the journal of a run that keeps none, because it writes nowhere.</summary>
    public static ResumeJournal None(ILogger logger) => new(path: null, logger);

    /// <summary>Opens the journal of a run; what an earlier run left is read only where the user asks to resume.</summary>
    public static ResumeJournal Open(string folder, RunSettings settings, IConfiguration configuration, ILogger logger)
    {
        var journal = new ResumeJournal(Path.Combine(folder, $"resume-{NameOf(settings, configuration)}.jsonl"), logger);

        // A database that is not there any more holds nothing of what was done.
        if (settings.Resume && (settings.Sink != SinkKind.DuckDb || File.Exists(settings.DuckDbFile)))
        {
            journal.Read();
        }

        return journal;
    }

    /// <summary>Returns the line of a file that is done, or <see langword="null"/>.</summary>
    public JournalEntry? DoneOf(SourceFile file) => _entries.GetValueOrDefault(file.ToString()) is { RowGroup: null } done ? done : null;

    /// <summary>Returns where a file that was stopped goes on, or <see langword="null"/>.</summary>
    public ResumeToken? TokenOf(SourceFile file) => _entries.GetValueOrDefault(file.ToString()) is { RowGroup: { } rowGroup } entry
        ? new ResumeToken(rowGroup, entry.ETag, entry.VersionId, new ObjectVersion(entry.Version))
        : null;

    /// <summary>Notes how a file ended. A file that failed is noted nowhere: the next run loads it again.</summary>
    public void Add(SourceFile file, FileResult result)
    {
        if (result.Report is not { ETag: { } etag, Dataset: { } dataset, Version: { } version } report)
        {
            return;
        }

        var entry = new JournalEntry(file.ToString(), etag, file.VersionId, dataset.Name, version.Value, RowGroup: null);
        if (report.Resume is { } token)
        {
            _pending.Add(entry with { VersionId = token.VersionId, RowGroup = token.RowGroup });
        }
        else if (result.Status == LoadStatus.Succeeded)
        {
            _pending.Add(entry);
        }
    }

    /// <summary>Writes what was noted since; called before the next file is begun.</summary>
    public void Flush()
    {
        if (_path is null || _pending.Count == 0)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_path)!);

            // Lines of an earlier run stay only where this one goes on from them.
            using var stream = new FileStream(_path, _isBegun || HasEntries ? FileMode.Append : FileMode.Create, FileAccess.Write);
            if (!_isBegun)
            {
                // An earlier run's last line may be cut off; nothing must be glued to it.
                stream.WriteByte((byte)'\n');
            }

            foreach (JournalEntry entry in _pending)
            {
                byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry), (byte)'\n'];
                stream.Write(line);
            }

            _isBegun = true;
            _pending.Clear();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _logger.JournalNotWritten(PlainText.Escape(_path), PlainText.Escape(exception.Message));
        }
    }

    /// <summary>Ends the journal: nothing is left of it when everything succeeded.</summary>
    public void Close(LoadStatus status)
    {
        if (status != LoadStatus.Succeeded)
        {
            Flush();
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

    private static string NameOf(RunSettings settings, IConfiguration configuration)
    {
        string[] destination = settings.Sink == SinkKind.DuckDb
            ? [Path.GetFullPath(settings.DuckDbFile)]
            : [.. DestinationSettings.Select(name => configuration[name] ?? "")];
        string[] run =
        [
            settings.Sink.ToString(), settings.Dataset?.Name ?? "", settings.Version?.ToString() ?? "", .. destination,
            .. settings.Sources.Order(StringComparer.Ordinal),
        ];
        return Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(run, JournalJson.Default.StringArray)).AsSpan(0, 8));
    }

    private void Read()
    {
        try
        {
            foreach (string line in File.Exists(_path) ? File.ReadLines(_path) : [])
            {
                if (ParseOrNull(line) is { File: not null, ETag: not null, Dataset: not null, Version: >= 1 and <= ObjectVersion.MaxValue } entry)
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

    /// <summary>A kill can cut a line off; what it said is done again.</summary>
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
