using System.Globalization;

namespace Loader.Infrastructure.Mapping;

/// <summary>Finds the zones that mappings name.</summary>
internal static class MappingZone
{
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
