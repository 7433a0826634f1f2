using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Loader.Application.Results;
using Loader.Domain;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Loading;

/// <summary>Records which files a run has finished and where it was stopped, so that <c>--resume</c> can continue it.</summary>
/// <remarks>
/// The journal is a file <c>.loader/resume-….jsonl</c>. Its name is a hash of the run's sources, destination, dataset and version. It has
/// one line for each file that is
/// finished or was stopped; if a file has several lines, the last one counts. Lines are appended before the next file starts, and a line
/// that a killed process left
/// truncated is ignored. The journal is deleted when every file has succeeded. If it is lost, all files are loaded again, which takes time
/// but changes nothing.
/// </remarks>
internal sealed class ResumeJournal
{
    private static readonly string[] DestinationSettings =
        ["TIMESTREAM_DATABASE_NAME", "GENERATION_TABLE_NAME", "CONSUMPTION_TABLE_NAME", "TRANSMISSION_TABLE_NAME"];

    private readonly string? _path;
    private readonly ILogger _logger;
    private readonly Dictionary<string, JournalEntry> _entries = new(StringComparer.Ordinal);
    private readonly List<JournalEntry> _pending = [];
    private bool _isOpened;

    private ResumeJournal(string? path, ILogger logger)
    {
        _path = path;
        _logger = logger;
    }

    /// <summary>Creates a journal that records nothing, for a run that writes nothing.</summary>
    public static ResumeJournal CreateDisabled(ILogger logger) => new(path: null, logger);

    /// <summary>Creates the journal of a run. The journal of an earlier run is read only if the user asks to resume.</summary>
    public static ResumeJournal Open(string folder, LoadSettings settings, IConfiguration configuration, ILogger logger)
    {
        var journal = new ResumeJournal(Path.Combine(folder, $"resume-{HashRun(settings, configuration)}.jsonl"), logger);

        // If the database was deleted, nothing is loaded any more.
        if (settings.Resume && (settings.Sink != SinkKind.DuckDb || File.Exists(settings.DuckDbFile)))
        {
            journal.Read();
        }

        return journal;
    }

    /// <summary>Returns the entry of a finished file, or <see langword="null"/>.</summary>
    public JournalEntry? FindFinished(SourceFile file) =>
        _entries.GetValueOrDefault(file.ToString()) is { RowGroup: null } finished ? finished : null;

    /// <summary>Returns the token that resumes a stopped file, or <see langword="null"/>.</summary>
    public ResumeToken? FindResumeToken(SourceFile file) => _entries.GetValueOrDefault(file.ToString()) is { RowGroup: { } rowGroup } entry
        ? new ResumeToken(rowGroup, entry.ETag, entry.VersionId, new ObjectVersion(entry.Version))
        : null;

    /// <summary>Adds the result of a file. A failed file is not recorded, so that the next run loads it again.</summary>
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

    /// <summary>Writes the added results to the file; called before the next file starts.</summary>
    public void Flush()
    {
        if (_path is null || _pending.Count == 0)
        {
            return;
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

            foreach (JournalEntry entry in _pending)
            {
                byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry), (byte)'\n'];
                stream.Write(line);
            }

            _isOpened = true;
            _pending.Clear();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _logger.JournalNotWritten(PlainText.Escape(_path), PlainText.Escape(exception.Message));
        }
    }

    /// <summary>Writes the last results, or deletes the journal if every file succeeded.</summary>
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

    private static string HashRun(LoadSettings settings, IConfiguration configuration)
    {
        string[] destination = settings.Sink == SinkKind.DuckDb
            ? [Path.GetFullPath(settings.DuckDbFile)]
            : [.. DestinationSettings.Select(name => configuration[name] ?? "")];
        string[] run =
        [
            settings.Sink.ToString(), settings.Dataset?.Name ?? "", settings.Version?.ToString() ?? "", .. destination,
            .. settings.Sources.Order(StringComparer.Ordinal),
        ];
        return Convert.ToHexStringLower(
            SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(run, JournalJson.Default.StringArray)).AsSpan(0, 8));
    }

    private void Read()
    {
        try
        {
            foreach (string line in File.Exists(_path) ? File.ReadLines(_path) : [])
            {
                if (ParseOrNull(line) is
                    { File: not null, ETag: not null, Dataset: not null, Version: >= 1 and <= ObjectVersion.MaxValue } entry)
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

/// <summary>One line of a <see cref="ResumeJournal"/>.</summary>
/// <param name="File">The file's name in the run.</param>
/// <param name="ETag">The ETag of the object that was loaded.</param>
/// <param name="VersionId">Its S3 version id, if the bucket has versions.</param>
/// <param name="Dataset">The dataset that it was loaded as.</param>
/// <param name="Version">The object version that records were written with.</param>
/// <param name="RowGroup">The row group to resume at, or <see langword="null"/> if the file is finished.</param>
internal sealed record JournalEntry(string File, string ETag, string? VersionId, string Dataset, long Version, int? RowGroup);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class JournalJson : JsonSerializerContext;
