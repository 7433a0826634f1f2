using System.Globalization;
using System.Text.Json.Serialization;
using Loader.Application.Results;
using Loader.Lambda.Loading;

namespace Loader.Lambda.Answers;

/// <summary>The answer to an event or input whose objects were loaded or passed by.</summary>
/// <param name="StatusCode">200, or 206 where the load is to be resumed with <see cref="LoadData.Resume"/>.</param>
/// <param name="Message">One sentence for people.</param>
/// <param name="Data">The counts.</param>
public sealed record LoadAnswer(
    [property: JsonPropertyName("statusCode")] int StatusCode,
    [property: JsonPropertyName("message")] string Message,
    [property: JsonPropertyName("data")] LoadData Data) : Answer
{
    /// <summary>Answers for objects of which none failed.</summary>
    internal static LoadAnswer Done(IReadOnlyList<ObjectOutcome> outcomes)
    {
        List<LoadReport> reports = [.. outcomes.Select(outcome => outcome.Report).OfType<LoadReport>()];
        List<ObjectOutcome> skipped = [.. outcomes.Where(outcome => outcome.Skipped is not null)];
        LoadData data = LoadData.Of(reports, skipped);
        string loaded = reports.Count switch
        {
            0 => "Nothing to load",
            1 => string.Create(CultureInfo.InvariantCulture, $"Loaded {data.RecordsProcessed} records of {data.Read} rows"),
            _ => string.Create(CultureInfo.InvariantCulture, $"Loaded {data.RecordsProcessed} records of {data.Read} rows from {reports.Count} objects"),
        };
        string passedBy = skipped.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; skipped {skipped.Count} ({string.Join(", ", skipped.Select(o => o.Skipped).Distinct())})");
        return new LoadAnswer(200, loaded + passedBy, data);
    }

    /// <summary>Answers for a load that met its deadline and goes on with a token.</summary>
    internal static LoadAnswer ToBeResumed(IncompleteLoadException failure, LoadReport report, ResumeToken token) =>
        new(206, failure.Message, LoadData.Of([report], []) with { Resume = ResumeData.Of(token) });
}
