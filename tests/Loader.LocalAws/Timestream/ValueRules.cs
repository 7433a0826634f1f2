using System.Globalization;

namespace Loader.LocalAws.Timestream;

/// <summary>Checks that the text of a value fits its type. A bad value fails the whole request.</summary>
internal static class ValueRules
{
    public static void Require(MeasureValueType type, string value)
    {
        if (!IsValid(type, value))
        {
            throw TimestreamError.Validation($"The value '{value}' is not valid for type {type.ToString().ToUpperInvariant()}.");
        }
    }

    /// <summary>Whether the service treats two values as equal: doubles by number, others by text.</summary>
    public static bool AreSame(MeasureValueType type, string left, string right) =>
        string.Equals(left, right, StringComparison.Ordinal)
        || (type == MeasureValueType.Double && ParseDouble(left).Equals(ParseDouble(right)));

    private static bool IsValid(MeasureValueType type, string value) => type switch
    {
        // protocols 1.6: double text; field 1.3 point 7 and 2.7: no NaN, no infinity.
        MeasureValueType.Double => double.IsFinite(ParseDouble(value)),
        // protocols 1.6: int64 text.
        MeasureValueType.BigInt => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        // protocols 1.6: "true" or "false".
        MeasureValueType.Boolean => value is "true" or "false",
        // protocols 1.6: epoch text.
        MeasureValueType.Timestamp => long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _),
        _ => true,
    };

    private static double ParseDouble(string value) => double.TryParse(
        value,
        NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
        CultureInfo.InvariantCulture,
        out var number)
        ? number
        : double.NaN;
}
