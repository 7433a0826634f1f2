using System.Globalization;

namespace Loader.LocalAws.Timestream;

/// <summary>Decides about a record whose identity is already stored (protocols 1.5, field 2.3).</summary>
internal static class VersionRule
{
    /// <summary>The reason to refuse <paramref name="incoming"/>, or null.</summary>
    public static string? Refusal(StoredRecord stored, WriteRecord incoming)
    {
        if (incoming.Version > stored.Version)
        {
            return null;
        }

        if (incoming.Version < stored.Version)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The record version {incoming.Version} is lower than the existing version {stored.Version}. A higher version is required to update the measure value.");
        }

        // protocols 1.5: an identical re-send (same value, same version) is accepted.
        return IsSameValue(stored, incoming)
            ? null
            : "A record already exists with the same time, dimensions, measure name, and record version. "
                + "A higher record version must be specified in order to update the measure value.";
    }

    private static bool IsSameValue(StoredRecord stored, WriteRecord incoming)
    {
        if (stored.Type != incoming.Type || stored.MeasureValues.Count != incoming.MeasureValues.Count)
        {
            return false;
        }

        for (var i = 0; i < stored.MeasureValues.Count; i++)
        {
            var (name, value, type) = stored.MeasureValues[i];
            var other = incoming.MeasureValues[i];
            if (!string.Equals(name, other.Name, StringComparison.Ordinal) || type != other.Type || !ValueRules.AreSame(type, value, other.Value))
            {
                return false;
            }
        }

        return ValueRules.AreSame(stored.Type, stored.Value, incoming.Value);
    }
}
