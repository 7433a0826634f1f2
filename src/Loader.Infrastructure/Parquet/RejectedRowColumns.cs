namespace Loader.Infrastructure.Parquet;

/// <summary>The columns that a file of rejected rows has besides those of its dataset. The names are a contract with whoever reads such files.</summary>
public static class RejectedRowColumns
{
    /// <summary>The record version first attempted (INT64): loading the file again writes the rows with it, so that they never win over newer ones.</summary>
    public const string Version = "_version";

    /// <summary>Why the row is not stored: the name of a <see cref="Domain.RejectionReason"/>.</summary>
    public const string Reason = "_reason";

    /// <summary>The destination's own words, where it refused the row.</summary>
    public const string Detail = "_detail";

    /// <summary>The file that the row came from.</summary>
    public const string Source = "_source";

    /// <summary>The row group of that file, from 0.</summary>
    public const string RowGroup = "_row_group";

    /// <summary>The row in that row group, from 0.</summary>
    public const string Row = "_row";
}
