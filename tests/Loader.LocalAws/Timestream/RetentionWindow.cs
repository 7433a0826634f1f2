using System.Globalization;
using System.Runtime.InteropServices;

namespace Loader.LocalAws.Timestream;

/// <summary>The times that a table accepts at one instant, per store. All bounds are in nanoseconds since the epoch.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly struct RetentionWindow
{
    private const long NanosecondsPerHour = 3_600_000_000_000;

    private readonly long _memoryFrom;
    private readonly long _magneticFrom;
    private readonly long _until;

    public RetentionWindow(TableSettings settings, DateTimeOffset now, DateTimeOffset memoryFloor, DateTimeOffset magneticFloor)
    {
        var instant = Nanoseconds(now);
        _memoryFrom = Math.Max(instant - (settings.MemoryStoreHours * NanosecondsPerHour), Nanoseconds(memoryFloor));
        _magneticFrom = settings.MagneticStoreWrites
            ? Math.Max(instant - (settings.MagneticStoreDays * 24 * NanosecondsPerHour), Nanoseconds(magneticFloor))
            : long.MaxValue;
        _until = instant + (NanosecondsPerHour / 4); // protocols 1.6: future window 15 minutes.
    }

    /// <summary>The store for a time, or null if the time is rejected.</summary>
    public StoreKind? StoreOf(long time)
    {
        if (time > _until)
        {
            return null;
        }

        // protocols 1.5: older than memory retention only with magnetic writes, and then not older than magnetic retention.
        return time >= _memoryFrom ? StoreKind.Memory : time >= _magneticFrom ? StoreKind.Magnetic : null;
    }

    public string Refusal() =>
        $"The record timestamp is outside the time range [{Text(Math.Min(_memoryFrom, _magneticFrom))}, {Text(_until)}) of the data ingestion window.";

    private static long Nanoseconds(DateTimeOffset time) =>
        time == DateTimeOffset.MinValue ? long.MinValue : (time - DateTimeOffset.UnixEpoch).Ticks * 100;

    private static string Text(long nanoseconds) =>
        DateTimeOffset.UnixEpoch.AddTicks(nanoseconds / 100).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
