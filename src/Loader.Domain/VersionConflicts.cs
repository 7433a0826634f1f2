namespace Loader.Domain;

/// <summary>Tells the kinds of <see cref="VersionConflict"/> apart.</summary>
public static class VersionConflicts
{
    /// <summary>Judges a record that a destination did not take because of the version that it holds.</summary>
    /// <param name="own">The version of the record that was not taken.</param>
    /// <param name="existing">The version that the destination holds.</param>
    /// <returns>
    /// The kind; <see langword="null"/> where <paramref name="existing"/> is below <paramref name="own"/>, for then the version
    /// cannot be the reason.
    /// </returns>
    public static VersionConflict? Judge(long own, long existing) =>
        existing < own ? null
        : existing == own ? VersionConflict.Conflict
        : existing >> ObjectVersion.RowGroupBits == own >> ObjectVersion.RowGroupBits ? VersionConflict.Duplicate
        : VersionConflict.Superseded;
}
