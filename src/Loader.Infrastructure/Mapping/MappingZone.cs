using System.Globalization;

namespace Loader.Infrastructure.Mapping;

/// <summary>Finds the zones that mappings name, and tells which zone is UTC.</summary>
internal static class MappingZone
{
    /// <summary>Checks whether a zone is UTC.</summary>
    /// <param name="zone">The zone.</param>
    /// <returns>Whether local time in the zone has always been UTC.</returns>
    public static bool IsUtc(TimeZoneInfo zone) =>
        zone.BaseUtcOffset == TimeSpan.Zero && !zone.SupportsDaylightSavingTime && zone.GetAdjustmentRules().Length == 0;

    /// <summary>Finds a zone.</summary>
    /// <param name="name">An IANA name, or an offset from UTC such as <c>+10:00</c>.</param>
    /// <returns>The zone, or <see langword="null"/> if there is none.</returns>
    public static TimeZoneInfo? Find(string name)
    {
        if (name is ['+' or '-', ..])
        {
            return TimeSpan.TryParseExact(name.AsSpan(1), "hh\\:mm", CultureInfo.InvariantCulture, out TimeSpan offset)
                && offset <= TimeSpan.FromHours(14)
                    ? TimeZoneInfo.CreateCustomTimeZone(name, name[0] == '-' ? -offset : offset, name, name)
                    : null;
        }

        return TimeZoneInfo.TryFindSystemTimeZoneById(name, out TimeZoneInfo? zone) ? zone : null;
    }
}
