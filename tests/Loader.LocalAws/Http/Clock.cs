using System.Globalization;

namespace Loader.LocalAws.Http;

/// <summary>Refuses requests whose <c>x-amz-date</c> is too far from the server's clock.</summary>
internal static class Clock
{
    private const string AmzDate = "yyyyMMdd'T'HHmmss'Z'";

    public static void Require(ServiceCall call, TimeSpan tolerance, DateTimeOffset now)
    {
        if (DateTimeOffset.TryParseExact(call.Header("x-amz-date"), AmzDate, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var signed)
            && (signed - now).Duration() > tolerance)
        {
            throw Skewed(call, signed, tolerance, now);
        }
    }

    public static ServiceException Skewed(ServiceCall call, DateTimeOffset signed, TimeSpan tolerance, DateTimeOffset now)
    {
        if (call.Service == AwsService.S3)
        {
            return new(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.");
        }

        var message = signed < now
            ? $"Signature expired: {Text(signed)} is now earlier than {Text(now - tolerance)} ({Text(now)} - {tolerance.TotalMinutes:0} min.)"
            : $"Signature not yet current: {Text(signed)} is still later than {Text(now + tolerance)} ({Text(now)} + {tolerance.TotalMinutes:0} min.)";
        return new(403, "InvalidSignatureException", message);
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString(AmzDate, CultureInfo.InvariantCulture);
}
