namespace Loader.Parquet.Metadata;

/// <summary>Parquet's physical types, with the numbers that the footer uses.</summary>
public enum PhysicalType
{
    /// <summary>One bit.</summary>
    Boolean = 0,

    /// <summary>A 32-bit integer.</summary>
    Int32 = 1,

    /// <summary>A 64-bit integer.</summary>
    Int64 = 2,

    /// <summary>A 96-bit timestamp (deprecated in the format).</summary>
    Int96 = 3,

    /// <summary>A 32-bit floating-point number.</summary>
    Float = 4,

    /// <summary>A 64-bit floating-point number.</summary>
    Double = 5,

    /// <summary>A byte array of any length.</summary>
    ByteArray = 6,

    /// <summary>A byte array of a length that the schema states.</summary>
    FixedLenByteArray = 7,
}

/// <summary>How often a value may occur in a row, with the numbers that the footer uses.</summary>
public enum Repetition
{
    /// <summary>Exactly once.</summary>
    Required = 0,

    /// <summary>At most once; otherwise the value is null.</summary>
    Optional = 1,

    /// <summary>Any number of times.</summary>
    Repeated = 2,
}

/// <summary>One node of a file's schema, which the footer lists depth first.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The physical type of a leaf, or <see langword="null"/> for a group. May be a number outside the enumeration.</param>
/// <param name="TypeLength">The length in bytes of a <see cref="PhysicalType.FixedLenByteArray"/> value.</param>
/// <param name="Repetition">How often a value may occur, or <see langword="null"/> if the footer does not say.</param>
/// <param name="ChildCount">The number of children of a group.</param>
/// <param name="LogicalType">The meaning of the values.</param>
public sealed record SchemaElement(
    string Name, PhysicalType? Type, int TypeLength, Repetition? Repetition, int ChildCount, LogicalType LogicalType)
{
    /// <summary>Describes the type in Parquet's terms.</summary>
    /// <returns>For example <c>INT64 TIMESTAMP(ms, UTC)</c>.</returns>
    public string Describe()
    {
        string type = Type switch
        {
            null => "a group of columns",
            PhysicalType.FixedLenByteArray => $"FIXED_LEN_BYTE_ARRAY({TypeLength})",
            PhysicalType.ByteArray => "BYTE_ARRAY",
            _ when Enum.IsDefined(Type.Value) => Type.Value.ToString().ToUpperInvariant(),
            _ => $"unknown type {(int)Type.Value}",
        };
        string logical = LogicalType.ToString();
        string repeated = Repetition == Metadata.Repetition.Repeated ? "repeated " : "";
        return repeated + (logical.Length == 0 || Type is null ? type : $"{type} {logical}");
    }
}
