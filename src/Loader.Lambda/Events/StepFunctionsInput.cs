using System.Text.Json;
using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Lambda.Events;

/// <summary>What a Step Functions task asks for.</summary>
/// <remarks>Fields that are null count as absent, for templates cannot leave a field out; fields that are not known are ignored, for items of a Distributed Map bring their own.</remarks>
/// <param name="Object">The object.</param>
/// <param name="IsResumable">Whether a load that meets its deadline answers with a token instead of failing.</param>
internal sealed record StepFunctionsInput(ObjectToLoad Object, bool IsResumable)
{
    private const string Expected =
        "{bucket: string, key: string, version_id?: string, dataset?: string, version?: number or string, resumable?: boolean, " +
        "resume?: {row_group: number, etag: string, version_id?: string, version: number}, size?: number}";

    /// <summary>Reads an input.</summary>
    /// <exception cref="InvalidEventException">A field is missing or wrong.</exception>
    /// <exception cref="UnknownDatasetException">The input names a dataset that there is not.</exception>
    public static StepFunctionsInput Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("the input is no object", element);
        }

        string bucket = element.Text("bucket") ?? throw Invalid("'bucket' is not a text", element);
        string key = element.Text("key") ?? throw Invalid("'key' is not a text", element);
        var request = new LoadRequest(SourceFile.InS3(bucket, key, OptionalText(element, "version_id", element)))
        {
            Dataset = DatasetOf(element),
            Version = VersionOf(element, element),
            Resume = ResumeOf(element),
        };
        bool isResumable = element.Member("resumable")?.ValueKind switch
        {
            null or JsonValueKind.False => false,
            JsonValueKind.True => true,
            _ => throw Invalid("'resumable' is neither true nor false", element),
        };
        return new StepFunctionsInput(new ObjectToLoad(request, element.Whole("size")), isResumable);
    }

    private static DatasetType? DatasetOf(JsonElement element) =>
        OptionalText(element, "dataset", element) is not { } name ? null
        : DatasetType.TryParse(name, out DatasetType? dataset) ? dataset
        : throw new UnknownDatasetException(PlainText.Escape(
            $"The input says dataset '{name}'; there are {string.Join(", ", DatasetType.All.Select(d => d.Name))}."));

    private static ResumeToken? ResumeOf(JsonElement element)
    {
        if (element.Member("resume") is not { } resume)
        {
            return null;
        }

        if (resume.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("'resume' is no object", element);
        }

        return resume.Whole("row_group") is not (>= 0 and <= ObjectVersion.MaxRowGroups and var rowGroup)
            ? throw Invalid($"'resume.row_group' is not a whole number from 0 to {ObjectVersion.MaxRowGroups}", element)
            : new ResumeToken(
                (int)rowGroup,
                resume.Text("etag") ?? throw Invalid("'resume.etag' is not a text", element),
                OptionalText(resume, "version_id", element),
                VersionOf(resume, element) ?? throw Invalid("'resume.version' is missing", element));
    }

    /// <summary>A version comes as a number, or as a text that holds a number or an ISO 8601 instant.</summary>
    private static ObjectVersion? VersionOf(JsonElement owner, JsonElement all)
    {
        if (owner.Member("version") is not { } member)
        {
            return null;
        }

        string? text = member.ValueKind switch
        {
            JsonValueKind.String => member.GetString(),
            JsonValueKind.Number => member.GetRawText(),
            _ => null,
        };
        return ObjectVersion.TryParse(text, out ObjectVersion version)
            ? version
            : throw Invalid($"'version' is neither a whole number from 1 to {ObjectVersion.MaxValue} nor an instant such as 2024-05-01T00:00:00Z", all);
    }

    private static string? OptionalText(JsonElement owner, string name, JsonElement all) =>
        owner.Member(name) is null ? null : owner.Text(name) ?? throw Invalid($"'{name}' is not a text", all);

    private static InvalidEventException Invalid(string fault, JsonElement element) =>
        new($"The input is not understood: {fault}. Expected is {Expected}; found is {EventShape.Of(element)}.");
}
