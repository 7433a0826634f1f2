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

    /// <summary>Gets the summary of the rows, or <see langword="null"/> if they were not read to the end.</summary>
    public RowSummary? Rows { get; init; }

    /// <summary>Gets the number of rows read before <see cref="Failure"/>.</summary>
    public long RowsBeforeFailure { get; init; }

    /// <summary>Gets the failure that ended reading, or <see langword="null"/>.</summary>
    public LoadException? Failure { get; init; }

    /// <summary>
    /// Gets a value indicating whether <see cref="Failure"/> says nothing of the file's content, such as that there is no such file.
    /// </summary>
    public bool IsUnread => Failure is { IsTransient: true } or SourceNotFoundException or SourceAccessDeniedException
        or SourceChangedException or ConfigurationException;

    /// <summary>Gets the reasons why a load would refuse the file, or why it could not be read; empty if a load would accept it.</summary>
    public IReadOnlyList<string> Faults =>
    [
        .. Dataset is null && Inspection is not null ? [DescribeUnknownDataset()] : Array.Empty<string>(),
        .. Inspection?.Faults ?? [],
        .. Failure is null ? Array.Empty<string>() : [Failure.Message],
    ];

    private string DescribeUnknownDataset()
    {
        string expected = $"'dataset={string.Join('|', DatasetType.All.Select(dataset => dataset.Name))}'";
        string cause = HiveKey.Find(File.PartitionPath, "dataset") is { } found
            ? $"the key has the unknown dataset '{PlainText.Escape(found)}' instead of {expected}"
            : $"the key has no segment {expected}";
        return $"The dataset is unknown: {cause}. Name the dataset with --dataset.";
    }
}
