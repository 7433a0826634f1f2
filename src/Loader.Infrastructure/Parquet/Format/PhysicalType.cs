namespace Loader.Infrastructure.Parquet.Format;

/// <summary>Parquet's physical types, by their numbers in the footer.</summary>
internal enum PhysicalType
{
    Boolean = 0,
    Int32 = 1,
    Int64 = 2,
    Int96 = 3,
    Float = 4,
    Double = 5,
    ByteArray = 6,
    FixedLenByteArray = 7,
}
