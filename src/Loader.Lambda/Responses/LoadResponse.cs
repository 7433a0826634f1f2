using System.Globalization;
using System.Text.Json.Serialization;
using Loader.Application.Results;
using Loader.Lambda.Loading;

namespace Loader.Lambda.Responses;

/// <summary>The response to an event whose objects were loaded or skipped, and to an input whose load will be resumed.</summary>
/// <param name="StatusCode">200, or 206 if the load must be resumed with <see cref="LoadData.Resume"/>.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Data">The counts.</param>
public sealed record LoadResponse(
    [property: JsonPropertyName("statusCode")] int StatusCode,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("data")] LoadData Data) : FunctionResponse
{
    /// <summary>Creates the response for objects of which none failed.</summary>
    internal static LoadResponse Completed(IReadOnlyList<ObjectOutcome> outcomes)
    {
        List<LoadReport> reports = [.. outcomes.Select(outcome => outcome.Report).OfType<LoadReport>()];
        List<ObjectOutcome> skipped = [.. outcomes.Where(outcome => outcome.SkipReason is not null)];
        LoadData data = LoadData.From(reports, skipped);
        string loaded = reports.Count switch
        {
            0 => "Nothing to load",
            1 => Format($"Loaded {data.RecordsProcessed} records of {data.Read} rows"),
            _ => Format($"Loaded {data.RecordsProcessed} records of {data.Read} rows from {reports.Count} objects"),
        };
        string reasons = string.Join(", ", skipped.Select(outcome => outcome.SkipReason).Distinct());
        return new LoadResponse(200, skipped.Count == 0 ? loaded : Format($"{loaded}; skipped {skipped.Count} ({reasons})"), data);
    }

    /// <summary>Creates the response for a load that reached its deadline and continues with a token.</summary>
    internal static LoadResponse Incomplete(IncompleteLoadException failure, LoadReport report, ResumeToken token) =>
        new(206, failure.Message, LoadData.From([report], []) with { Resume = ResumeData.From(token) });

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
