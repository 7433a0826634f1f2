using System.Text.Json;
using Loader.Domain;

namespace Loader.Lambda.Loading;

/// <summary>Names reasons as responses and log entries do.</summary>
internal static class SkipReasonNames
{
    /// <summary>Returns the name in snake_case, such as <c>not_parquet</c>.</summary>
    public static string ToJsonName(this SkipReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());
}
