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
        return new LoadResponse(200, Sentence(reports.Count, skipped.Count, data), data);
    }

    /// <summary>Creates the response for a load that reached its deadline and continues with a token.</summary>
    internal static LoadResponse Incomplete(IncompleteLoadException failure, LoadReport report, ResumeToken token) =>
        new(206, failure.Message, LoadData.From([report], []) with { Resume = ResumeData.From(token) });

    private static string Sentence(int loaded, int skipped, LoadData data)
    {
        if (loaded + skipped == 0)
        {
            return "Nothing to load";
        }

        var parts = new List<string>();
        if (loaded > 0)
        {
            string objects = loaded == 1 ? "" : Format($" from {loaded} objects");
            string replaced = data.ReplacedSinceEvent == true ? " (replaced since the event)" : "";
            parts.Add(Format($"Loaded {data.RecordsProcessed} records of {data.Read} rows{objects}{replaced}"));
        }

        if (skipped > 0)
        {
            string reasons = string.Join(", ", data.SkippedByReason!.Select(count => Format($"{count.Key}: {count.Value}")));
            parts.Add(Format($"{(loaded == 0 ? "Skipped" : "skipped")} {skipped} {(skipped == 1 ? "object" : "objects")} ({reasons})"));
        }

        return string.Join("; ", parts);
    }

    private static string Format(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
