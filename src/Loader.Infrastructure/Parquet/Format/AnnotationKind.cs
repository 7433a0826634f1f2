namespace Loader.Infrastructure.Parquet.Format;

/// <summary>The kinds of <see cref="Annotation"/>.</summary>
internal enum AnnotationKind
{
    None,
    String,
    Enum,
    Json,
    Bson,
    Decimal,
    Date,
    Time,
    Timestamp,
    Integer,
    Uuid,
    Float16,
    Interval,
    Nested,

    /// <summary>A logical type that is not known here: newer than this reader, or broken.</summary>
    Unknown,
}
