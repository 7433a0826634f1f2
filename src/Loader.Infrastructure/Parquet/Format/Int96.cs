using System.Runtime.InteropServices;

namespace Loader.Infrastructure.Parquet.Format;

/// <summary>A timestamp of 96 bits, as it lies in a page.</summary>
/// <param name="NanosecondsOfDay">The nanoseconds of the day.</param>
/// <param name="JulianDay">The Julian day; 2,440,588 is 1970-01-01.</param>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct Int96(long NanosecondsOfDay, int JulianDay);
