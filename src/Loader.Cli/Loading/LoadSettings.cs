using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Sources;

namespace Loader.Cli.Loading;

/// <summary>The arguments and options of a command that reads files.</summary>
internal sealed record LoadSettings
{
    /// <summary>
    /// The assumed price, in USD per million writes of 1 KiB. The real price depends on region and date:
    /// https://aws.amazon.com/timestream/pricing/.
    /// </summary>
    public const decimal DefaultPricePerMillionWrites = 0.50m;

    /// <summary>Gets the sources as the user wrote them: files, folders, <c>s3://…</c>, patterns, <c>-</c> for a list of them.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Gets what leaves out files of folders, prefixes and patterns.</summary>
    public SourceFilter Filter { get; init; } = SourceFilter.None;

    /// <summary>Gets standard input, from which a list of sources is read.</summary>
    public TextReader Input { get; init; } = TextReader.Null;

    /// <summary>Gets the destination of the records.</summary>
    public SinkKind Sink { get; init; }

    /// <summary>Gets a value indicating whether rows are only judged: the sink is inspected, and nothing is written.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>
    /// Gets a value indicating whether a dry run does not even inspect the sink: only the limits that do not depend on a server count.
    /// </summary>
    public bool IsOffline { get; init; }

    /// <summary>Gets a value indicating whether the sources hold kept rows, which are loaded again with their own versions.</summary>
    public bool IsReplay { get; init; }

    /// <summary>Gets the path of the DuckDB file.</summary>
    public string DuckDbFile { get; init; } = "";

    /// <summary>Gets the dataset of all files, or <see langword="null"/> to take it from each key.</summary>
    public DatasetType? Dataset { get; init; }

    /// <summary>Gets the object version of all files, or <see langword="null"/> to take each file's last-modified time.</summary>
    public ObjectVersion? Version { get; init; }

    /// <summary>Gets the location of the mappings, or <see langword="null"/> for that of the configuration.</summary>
    public string? MappingLocation { get; init; }

    /// <summary>Gets the mappings that options describe, or <see langword="null"/>.</summary>
    public SourceMappings? Mappings { get; init; }

    /// <summary>Gets the range of time to load.</summary>
    public TimeRange TimeRange { get; init; }

    /// <summary>Gets a value indicating whether the series of the files are judged.</summary>
    public bool JudgesQuality { get; init; }

    /// <summary>Gets the path of the page to write about the run, or <see langword="null"/> for none.</summary>
    public string? ReportPath { get; init; }

    /// <summary>Gets the lowest severity of findings that the run fails for, or <see langword="null"/> for none.</summary>
    public QualitySeverity? FailOn { get; init; }

    /// <summary>Gets a value indicating whether to continue an interrupted run.</summary>
    public bool Resume { get; init; }

    /// <summary>Gets where invalid and rejected rows are kept, or <see langword="null"/> if they are not kept.</summary>
    public string? Rejected { get; init; }

    /// <summary>Gets a value indicating whether metrics of the loads are published to CloudWatch.</summary>
    public bool PublishesMetrics { get; init; }

    /// <summary>Gets the price of a million write units, in USD.</summary>
    public decimal PricePerMillionWrites { get; init; } = DefaultPricePerMillionWrites;

    /// <summary>Gets a value indicating whether the result is printed as one JSON document.</summary>
    public bool Json { get; init; }

    /// <summary>Gets a value indicating whether debug messages are logged.</summary>
    public bool Verbose { get; init; }
}

/// <summary>The destination of records.</summary>
internal enum SinkKind
{
    /// <summary>A DuckDB file.</summary>
    DuckDb,

    /// <summary>Amazon Timestream for LiveAnalytics.</summary>
    Timestream,

    /// <summary>InfluxDB 2 or 3, such as Amazon Timestream for InfluxDB.</summary>
    InfluxDb,
}
