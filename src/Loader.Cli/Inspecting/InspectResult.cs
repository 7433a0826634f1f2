using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Inspecting;

namespace Loader.Cli.Inspecting;

/// <summary>What was found out about one file.</summary>
/// <param name="File">The file.</param>
/// <param name="Dataset">The dataset that it would be loaded as, or <see langword="null"/> where that is not known.</param>
internal sealed record InspectResult(SourceFile File, DatasetType? Dataset)
{
    /// <summary>Gets what the footer tells, or <see langword="null"/> where it could not be read.</summary>
    public ParquetInspection? Inspection { get; init; }

    /// <summary>Gets what the rows say, or <see langword="null"/> where the file would be refused before they are read.</summary>
    public ContentSummary? Content { get; init; }

    /// <summary>Gets what kept the file from being read to its end.</summary>
    public LoadException? Failure { get; init; }

    /// <summary>Gets what the file would be refused for.</summary>
    public IReadOnlyList<string> Faults =>
    [
        .. Dataset is null && Inspection is not null
            ? [$"its key has no segment 'dataset={string.Join('|', DatasetType.All.Select(dataset => dataset.Name))}': name the dataset with --dataset"]
            : Array.Empty<string>(),
        .. Inspection?.Faults ?? [],
        .. Failure is null ? Array.Empty<string>() : [Failure.Message],
    ];
}
