namespace Loader.Domain;

/// <summary>How the version that a destination already holds compares with the version of the record that it refused.</summary>
public enum StoredVersion
{
    /// <summary>A newer object wrote it: the refused record is superseded.</summary>
    NewerObject,

    /// <summary>
    /// A later row group of the same object wrote it: the refused record is a duplicate, because the last row of a file counts.
    /// </summary>
    LaterRowGroup,

    /// <summary>Both versions are the same, but the values differ: another source used this version. The row is rejected.</summary>
    Same,
}
