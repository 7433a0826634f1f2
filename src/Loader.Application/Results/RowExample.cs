using Loader.Domain;

namespace Loader.Application.Results;

/// <summary>A row that is not stored, for reports. Texts come from the file or the destination and are cut.</summary>
/// <param name="Reason">Why it is not stored.</param>
/// <param name="RowGroup">The index of its row group in the file.</param>
/// <param name="Row">The index of the row in its row group.</param>
public sealed record RowExample(RejectionReason Reason, int RowGroup, int Row)
{
    /// <summary>The maximum number of rows of one reason, in a load and in a sum of loads.</summary>
    public const int MaxPerReason = 5;

    /// <summary>The maximum length of <see cref="Detail"/> and <see cref="Series"/>.</summary>
    public const int MaxTextLength = 400;

    /// <summary>Gets the file, or an empty text if it is that of the report.</summary>
    public string File { get; init; } = "";

    /// <summary>Gets a value indicating whether the destination refused the row; otherwise the row is invalid.</summary>
    public bool IsRejected { get; init; }

    /// <summary>Gets the column, if columns were turned into rows.</summary>
    public string? Column { get; init; }

    /// <summary>Gets the time, or <see langword="null"/> if it is not known.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Gets the value, or <see langword="null"/> if there is none.</summary>
    public double? Value { get; init; }

    /// <summary>Gets the dimensions.</summary>
    public string Series { get; init; } = "";

    /// <summary>Gets what there is to say beside the reason.</summary>
    public string? Detail { get; init; }
}
