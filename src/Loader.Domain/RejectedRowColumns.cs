namespace Loader.Domain;

/// <summary>The columns that a file of rejected rows has in addition to those of its dataset. Their names are a public contract.</summary>
public static class RejectedRowColumns
{
    /// <summary>
    /// The record version of the first attempt (INT64). Loading the file again writes its rows with this version, so that they never
    /// overwrite newer ones.
    /// </summary>
    public const string Version = "_version";

    /// <summary>The reason why the row was not stored: the name of a <see cref="RejectionReason"/>.</summary>
    public const string Reason = "_reason";

    /// <summary>The destination's message, if the destination rejected the row.</summary>
    public const string Detail = "_detail";

    /// <summary>The source file of the row.</summary>
    public const string Source = "_source";

    /// <summary>The index of the row's row group in the source file, from 0.</summary>
    public const string RowGroup = "_row_group";

    /// <summary>The index of the row in its row group, from 0.</summary>
    public const string Row = "_row";

    /// <summary>The column that the row was made from. Only files of sources whose columns a mapping turns into rows have it.</summary>
    public const string Column = "_column";
}
