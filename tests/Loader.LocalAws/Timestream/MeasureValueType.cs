using System.Diagnostics.CodeAnalysis;

namespace Loader.LocalAws.Timestream;

/// <summary>The service's measure value types (protocols 1.4).</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The service's own term.")]
public enum MeasureValueType
{
    /// <summary>DOUBLE, the default.</summary>
    Double,

    /// <summary>BIGINT.</summary>
    BigInt,

    /// <summary>VARCHAR.</summary>
    Varchar,

    /// <summary>BOOLEAN.</summary>
    Boolean,

    /// <summary>TIMESTAMP, inside MULTI only.</summary>
    Timestamp,

    /// <summary>MULTI: the values are in MeasureValues.</summary>
    Multi,
}
