namespace Loader.LocalAws.Timestream;

/// <summary>The store that took a record.</summary>
public enum StoreKind
{
    /// <summary>The memory store: versions are checked before the answer.</summary>
    Memory,

    /// <summary>The magnetic store: versions are checked after the answer.</summary>
    Magnetic,
}
