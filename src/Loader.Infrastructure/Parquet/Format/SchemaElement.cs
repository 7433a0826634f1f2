namespace Loader.Infrastructure.Parquet.Format;

/// <summary>One node of a file's schema, which the footer lists depth first.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The physical type of a leaf; <see langword="null"/> for a group. Numbers outside the enumeration are possible.</param>
/// <param name="TypeLength">The bytes of a fixed-length value.</param>
/// <param name="Repetition">Whether values may be missing or many; <see langword="null"/> where the footer does not say.</param>
/// <param name="Children">The number of children of a group.</param>
/// <param name="Annotation">What the type stands for.</param>
internal sealed record SchemaElement(
    string Name, PhysicalType? Type, int TypeLength, Repetition? Repetition, int Children, Annotation Annotation)
{
    /// <summary>Returns the type in Parquet's own words, such as <c>INT64 TIMESTAMP(ms, UTC)</c>.</summary>
    /// <returns>The text that messages show.</returns>
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
        string annotation = Annotation.ToString();
        string repeated = Repetition == Format.Repetition.Repeated ? "repeated " : "";
        return repeated + (annotation.Length == 0 || Type is null ? type : $"{type} {annotation}");
    }
}
