namespace Loader.LocalAws.Timestream;

/// <summary>The unit of a record's time; the value is its length in nanoseconds.</summary>
internal enum TimeUnit : long
{
    Nanoseconds = 1,
    Microseconds = 1_000,
    Milliseconds = 1_000_000,
    Seconds = 1_000_000_000,
}
