using Loader.Domain;

namespace Loader.Cli.Loading;

/// <summary>What the user asked for.</summary>
internal sealed record RunSettings
{
    /// <summary>Gets the sources as they were written: files, folders, <c>s3://…</c>.</summary>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>Gets where records go.</summary>
    public SinkKind Sink { get; init; }

    /// <summary>Gets the DuckDB file.</summary>
    public string DuckDbFile { get; init; } = "";

    /// <summary>Gets the dataset of all files, or <see langword="null"/> to take it from each key.</summary>
    public DatasetType? Dataset { get; init; }

    /// <summary>Gets the object version of all files, or <see langword="null"/> to take the time of each.</summary>
    public ObjectVersion? Version { get; init; }

    /// <summary>Gets a value indicating whether to go on where an earlier run was interrupted.</summary>
    public bool Resume { get; init; }

    /// <summary>Gets where invalid and rejected rows are kept, or <see langword="null"/> to keep none.</summary>
    public string? Rejected { get; init; }

    /// <summary>Gets the price of a million write units.</summary>
    public decimal PricePerMillionWrites { get; init; } = DefaultPricePerMillionWrites;

    /// <summary>Gets a value indicating whether the result is one JSON document.</summary>
    public bool Json { get; init; }

    /// <summary>Gets a value indicating whether what happens inside is told on standard error.</summary>
    public bool Verbose { get; init; }

    /// <summary>The price that is assumed, in USD per million writes of 1 KiB. It differs by region and time: https://aws.amazon.com/timestream/pricing/.</summary>
    public const decimal DefaultPricePerMillionWrites = 0.50m;
}
