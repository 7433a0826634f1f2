using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Inspecting;

namespace Loader.Cli.Inspecting;

/// <summary>What inspecting a file found.</summary>
/// <param name="File">The file.</param>
/// <param name="Dataset">The dataset that the file would be loaded as, or <see langword="null"/> if it is not known.</param>
internal sealed record InspectResult(SourceFile File, DatasetType? Dataset)
{
    /// <summary>Gets the contents of the footer, or <see langword="null"/> if it could not be read.</summary>
    public ParquetInspection? Inspection { get; init; }

    /// <summary>Gets the summary of the rows, or <see langword="null"/> if a load would refuse the file before reading them.</summary>
    public RowSummary? Rows { get; init; }

    /// <summary>Gets the failure that ended reading, or <see langword="null"/>.</summary>
    public LoadException? Failure { get; init; }

    /// <summary>Gets the reasons why a load would refuse the file; empty if it would not.</summary>
    public IReadOnlyList<string> Faults =>
    [
        .. Dataset is null && Inspection is not null
            ? ["The dataset is unknown: the key has no segment "
                + $"'dataset={string.Join('|', DatasetType.All.Select(dataset => dataset.Name))}'. Name the dataset with --dataset."]
            : Array.Empty<string>(),
        .. Inspection?.Faults ?? [],
        .. Failure is null ? Array.Empty<string>() : [Failure.Message],
    ];
}
