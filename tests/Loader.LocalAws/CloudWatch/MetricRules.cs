using System.Text;

namespace Loader.LocalAws.CloudWatch;

/// <summary>Checks names, values, units and times of metrics (protocols 3.2).</summary>
internal static class MetricRules
{
    private static readonly HashSet<string> Units = new(StringComparer.Ordinal)
    {
        "Seconds", "Microseconds", "Milliseconds", "Bytes", "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Bits", "Kilobits", "Megabits",
        "Gigabits", "Terabits", "Percent", "Count", "Bytes/Second", "Kilobytes/Second", "Megabytes/Second", "Gigabytes/Second", "Terabytes/Second",
        "Bits/Second", "Kilobits/Second", "Megabits/Second", "Gigabits/Second", "Terabits/Second", "Count/Second", "None",
    };

    // protocols 3.2: 1..255, not starting with ':' nor 'AWS/'.
    public static string Namespace(string? text)
    {
        var name = Length(text, "Namespace", 255);
        return name.StartsWith(':') || name.StartsWith("AWS/", StringComparison.Ordinal)
            ? throw CloudWatchError.InvalidValue("The value of Namespace must not start with ':' or 'AWS/'.")
            : name;
    }

    // protocols 3.2: 1..255.
    public static string MetricName(string? text) => Length(text, "MetricName", 255);

    // protocols 3.2: ASCII only, a name not starting with ':'.
    public static string DimensionText(string? text, string parameter, int max, bool mayBeginWithColon)
    {
        var checkedText = Length(text, parameter, max);
        return !Ascii.IsValid(checkedText) || (!mayBeginWithColon && checkedText.StartsWith(':'))
            ? throw CloudWatchError.InvalidValue($"The value of {parameter} must be ASCII, and a name must not start with ':'.")
            : checkedText;
    }

    // protocols 3.2: from -2^360 to 2^360, no NaN, no infinity.
    public static double Value(double value) => double.IsFinite(value) && Math.Abs(value) <= Math.Pow(2, 360)
        ? value
        : throw CloudWatchError.InvalidValue("The value of a metric must be a finite number between -2^360 and 2^360.");

    // protocols 3.2: from two weeks ago to two hours ahead.
    public static DateTimeOffset Timestamp(double? epochSeconds, DateTimeOffset now)
    {
        if (epochSeconds is not { } seconds)
        {
            return now;
        }

        var nowSeconds = now.ToUnixTimeMilliseconds() / 1000.0;
        return seconds >= nowSeconds - TimeSpan.FromDays(14).TotalSeconds && seconds <= nowSeconds + TimeSpan.FromHours(2).TotalSeconds
            ? DateTimeOffset.UnixEpoch.AddSeconds(seconds)
            : throw CloudWatchError.InvalidValue("The Timestamp must be between two weeks in the past and two hours in the future.");
    }

    // protocols 3.2: the units; a missing one means None.
    public static string Unit(string? unit) => unit is null || Units.Contains(unit)
        ? unit ?? "None"
        : throw CloudWatchError.InvalidValue($"The unit '{unit}' is not known.");

    private static string Length(string? text, string parameter, int max) => text switch
    {
        null => throw CloudWatchError.Missing(parameter),
        _ when text.Length == 0 || text.Length > max => throw CloudWatchError.InvalidValue($"The value of {parameter} must have 1 to {max} characters."),
        _ => text,
    };
}
