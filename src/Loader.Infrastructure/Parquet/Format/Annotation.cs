using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>What a physical type stands for: the logical type of the footer, or the older converted type where there is no logical one.</summary>
/// <param name="Kind">The kind.</param>
internal readonly record struct Annotation(AnnotationKind Kind)
{
    /// <summary>Gets the unit of a timestamp.</summary>
    public TimeUnit Unit { get; init; }

    /// <summary>Gets a value indicating whether a timestamp counts from the epoch in UTC; otherwise it is local time of an unnamed zone.</summary>
    public bool IsUtc { get; init; }

    /// <summary>Gets a value indicating whether an integer is signed.</summary>
    public bool IsSigned { get; init; }

    /// <summary>Gets the width of an integer in bits.</summary>
    public int BitWidth { get; init; }

    /// <summary>Gets the digits of a decimal.</summary>
    public int Precision { get; init; }

    /// <summary>Gets the digits after the point of a decimal.</summary>
    public int Scale { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Kind switch
    {
        AnnotationKind.None => "",
        AnnotationKind.Timestamp => $"TIMESTAMP({Unit switch
        {
            TimeUnit.Milliseconds => "ms",
            TimeUnit.Microseconds => "us",
            _ => "ns",
        }}, {(IsUtc ? "UTC" : "local")})",
        AnnotationKind.Integer => $"{(IsSigned ? "INT" : "UINT")}_{BitWidth}",
        AnnotationKind.Decimal => $"DECIMAL({Precision}, {Scale})",
        _ => Kind.ToString().ToUpperInvariant(),
    };
}
