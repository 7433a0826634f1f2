using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Infrastructure.Mapping;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Loader.Cli.Loading;

/// <summary>Remembers how far files were loaded into a destination, so that <c>--resume</c> can leave out what is stored already.</summary>
/// <remarks>
/// An entry counts only for the destination and the settings that it was made with. When in doubt, a file is loaded again: that takes time
/// but changes nothing.
/// </remarks>
internal abstract class ResumeJournal
{
    private static readonly string[] DestinationSettings =
    [
        "AWS_REGION", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_TIMESTREAM_WRITE", "TIMESTREAM_DATABASE_NAME", "GENERATION_TABLE_NAME",
        "CONSUMPTION_TABLE_NAME", "TRANSMISSION_TABLE_NAME", "INFLUXDB_URL", "INFLUXDB_DATABASE", "INFLUXDB_ORG", "INFLUXDB_BUCKET",
        "INFLUXDB_LAYOUT",
    ];

    private readonly Lock _gate = new();
    private readonly List<JournalEntry> _pending = [];

    /// <summary>Creates the journal of a run.</summary>
    /// <param name="folder">The folder of journal files.</param>
    /// <param name="settings">The settings of the run.</param>
    /// <param name="mappings">The mappings of the files.</param>
    /// <param name="configuration">The configuration of the destination.</param>
    /// <param name="sink">The destination.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Logs a journal that cannot be read or written.</param>
    /// <returns>The journal. That of a run that writes nothing remembers nothing.</returns>
    public static ResumeJournal Open(
        string folder,
        LoadSettings settings,
        SourceMappings mappings,
        IConfiguration configuration,
        IRecordSink sink,
        TimeProvider time,
        ILogger logger)
    {
        string rules = Hash(
        [
            settings.Dataset?.Name ?? "",
            settings.Version?.ToString() ?? "",
            configuration["SOURCE_TIME_ZONE"] ?? "",
            configuration["INT96_TIME"] ?? "",
            .. settings.TimeRange.IsOpen ? [] : new[] { $"{settings.TimeRange.From:O}/{settings.TimeRange.To:O}" },
            .. mappings.All.SelectMany(mapping => new[] { string.Join('|', mapping.Keys), SourceMappings.HashOf(mapping) }),
        ]);
        if (sink is DuckDbSink duckDb && !settings.IsDryRun && !settings.IsReplay)
        {
            return new DuckDbJournal(duckDb, rules, settings.Resume, time, logger);
        }

        // The identity in each entry protects the rows. The settings in the name keep the runs of two destinations apart.
        string name = Hash(
        [
            rules,
            settings.Sink.ToString(),
            .. DestinationSettings.Select(name => configuration[name] ?? ""),
            .. settings.Sources.Order(StringComparer.Ordinal),
        ]);
        string? path = settings.IsDryRun || settings.IsReplay ? null : Path.Combine(folder, $"resume-{name}.jsonl");
        return new FileJournal(path, settings.Resume, sink, logger);
    }

    /// <summary>Finds files that an earlier run finished or was stopped in, at this destination and with these settings.</summary>
    /// <param name="files">The files.</param>
    /// <param name="cancellationToken">Cancels the wait for the destination.</param>
    /// <returns>For each file its entry, or <see langword="null"/> if the file has to be loaded from its start.</returns>
    public abstract Task<JournalEntry?[]> FindAsync(IReadOnlyList<SourceFile> files, CancellationToken cancellationToken);

    /// <summary>Adds the result of a file. A failed file is not recorded, so that the next run loads it again.</summary>
    public void Add(SourceFile file, FileResult result)
    {
        if (result.Report is not { ETag: { } etag, Dataset: { } dataset, Version: { } version, Destination: { } destination } report)
        {
            return;
        }

        var entry = new JournalEntry(NameOf(file), etag, file.VersionId, dataset.Name, version.Value, RowGroup: null)
        {
            Destination = destination.Identity,
        };
        if (report.Resume is { } token)
        {
            Add(entry with { VersionId = token.VersionId, RowGroup = token.RowGroup });
        }
        else if (result.Status == LoadStatus.Succeeded)
        {
            Add(entry);
        }

        void Add(JournalEntry ended)
        {
            lock (_gate)
            {
                _pending.Add(ended);
            }
        }
    }

    /// <summary>Writes the added results; called after each file.</summary>
    /// <returns>A task that completes when the next file may end. If the results cannot be written, that is logged.</returns>
    public virtual async Task FlushAsync()
    {
        JournalEntry[] entries;
        lock (_gate)
        {
            entries = [.. _pending];
        }

        if (entries.Length > 0 && await TryWriteAsync(entries).ConfigureAwait(false))
        {
            lock (_gate)
            {
                _pending.RemoveRange(0, entries.Length);
            }
        }
    }

    /// <summary>Writes the last results, and removes what no later run needs.</summary>
    /// <param name="status">How the run ended.</param>
    /// <returns>A task that completes when the journal is closed.</returns>
    public abstract Task CloseAsync(LoadStatus status);

    /// <summary>Returns a name of the file that does not depend on the current folder.</summary>
    protected static string NameOf(SourceFile file) => file.IsLocal ? Path.GetFullPath(file.Key) : file.ToString();

    /// <summary>Writes entries.</summary>
    /// <returns>Whether they were written, or need not be.</returns>
    protected abstract Task<bool> TryWriteAsync(IReadOnlyList<JournalEntry> entries);

    private static string Hash(params string[] parts) => Convert.ToHexStringLower(
        SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(parts, JournalJson.Default.StringArray)).AsSpan(0, 8));
}

/// <summary>How far one file was loaded.</summary>
/// <param name="File">The file's full name.</param>
/// <param name="ETag">The ETag of the object that was loaded.</param>
/// <param name="VersionId">Its S3 version id, if the bucket has versions.</param>
/// <param name="Dataset">The dataset that it was loaded as.</param>
/// <param name="Version">The object version that records were written with.</param>
/// <param name="RowGroup">The row group to resume at, or <see langword="null"/> if the file is finished.</param>
internal sealed record JournalEntry(string File, string ETag, string? VersionId, string Dataset, long Version, int? RowGroup)
{
    /// <summary>Gets the identity of the destination, or <see langword="null"/> if it was unknown.</summary>
    public string? Destination { get; init; }

    /// <summary>Gets the token that resumes the file, or <see langword="null"/> if the file is finished.</summary>
    [JsonIgnore]
    public ResumeToken? Token => RowGroup is { } rowGroup ? new ResumeToken(rowGroup, ETag, VersionId, new ObjectVersion(Version)) : null;

    /// <summary>Gets a value indicating whether all members have values that a load can have written.</summary>
    [JsonIgnore]
    public bool IsValid =>
        File is not null && ETag is not null && DatasetType.TryParse(Dataset, out _) && Version is >= 1 and <= ObjectVersion.MaxValue
        && RowGroup is null or >= 0;
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(JournalEntry))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class JournalJson : JsonSerializerContext;
