namespace Loader.LocalAws.Timestream;

/// <summary>The store that accepted a record.</summary>
public enum StoreKind
{
    /// <summary>The memory store: versions are checked before the response.</summary>
    Memory,

    /// <summary>The magnetic store: versions are checked after the response.</summary>
    Magnetic,
}
