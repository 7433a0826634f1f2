namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Converts a value that is a byte array to the nearest double.</summary>
/// <param name="value">The value.</param>
/// <returns>The double.</returns>
internal delegate double BytesConversion(ReadOnlySpan<byte> value);
