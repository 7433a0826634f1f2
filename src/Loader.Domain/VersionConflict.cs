namespace Loader.Domain;

/// <summary>What it means that a destination already holds a record of the same identity with a version that is not lower.</summary>
public enum VersionConflict
{
    /// <summary>A newer object wrote it: nothing is to be done.</summary>
    Superseded,

    /// <summary>A later row group of the same object wrote it: of two rows with one identity in a file the last one stays.</summary>
    Duplicate,

    /// <summary>The same version with another value: another source under the same version. The row is rejected.</summary>
    Conflict,
}
