using System.Text;
using System.Text.Json;
using Loader.Application;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Lambda.Events;

/// <summary>The input of a Step Functions task.</summary>
/// <remarks>
/// Null fields count as missing, because a state machine's template cannot omit a field. Unknown fields are ignored, because the items of a
/// Distributed Map contain fields of their own.
/// </remarks>
/// <param name="Request">The request for the load, without a deadline.</param>
/// <param name="IsResumable">Whether a load that reaches its deadline returns a resume token instead of failing.</param>
internal sealed record StepFunctionsInput(LoadRequest Request, bool IsResumable)
{
    private const string Expected =
        "{bucket: string, key: string, version_id?: string, dataset?: string, version?: number or string, resumable?: boolean, " +
        "resume?: {row_group: number, etag: string, version_id?: string, version: number, mapping_sha256?: string}, listed?: boolean, " +
        "from?: string, to?: string, " +
        "event?: {version-id?: string, etag?: string}}";

    /// <summary>Reads the input.</summary>
    /// <param name="element">The input, or an item of a batch.</param>
    /// <param name="common">
    /// The members <c>bucket</c>, <c>dataset</c>, <c>version</c>, <c>listed</c>, <c>from</c> and <c>to</c> of an item that does not have
    /// them, or <see langword="null"/> if the input is not an item.
    /// </param>
    /// <exception cref="InvalidEventException">A field is missing or has a wrong value.</exception>
    /// <exception cref="UnknownDatasetException">The input names an unknown dataset.</exception>
    public static StepFunctionsInput Read(JsonElement element, JsonElement? common = null)
    {
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("the input must be an object", element);
        }

        string bucket = Owner("bucket").StringOrNull("bucket") ?? throw Invalid("'bucket' must be a non-empty string", element);
        string key = element.StringOrNull("key") ?? throw Invalid("'key' must be a non-empty string", element);
        if (!BucketName.IsValid(bucket))
        {
            throw Invalid($"'bucket' is a name that S3 cannot have. {BucketName.Rule}", element);
        }

        bool isListed = ReadFlag(Owner("listed"), "listed");
        JsonElement? found = ReadEvent(element);
        string? versionId = OptionalString(element, "version_id", element) ?? found?.StringOrNull("version-id");
        var request = new LoadRequest(SourceFile.InS3(bucket, key, isListed ? EventObject.VersionId(versionId) : versionId))
        {
            Dataset = ReadDataset(Owner("dataset")),
            Version = ReadVersion(Owner("version"), element),
            Resume = ReadResumeToken(element),
            TimeRange = new TimeRange(ReadTime(Owner("from"), "from"), ReadTime(Owner("to"), "to")),
            IsListed = isListed,
            EventETag = EventObject.Unquote(found?.StringOrNull("etag")),
        };
        return new StepFunctionsInput(request, ReadFlag(element, "resumable"));

        JsonElement Owner(string name) => common is { } shared && element.MemberOrNull(name) is null ? shared : element;
    }

    /// <summary>Reads what an event of EventBridge says of the object; the machine passes it on unchanged.</summary>
    private static JsonElement? ReadEvent(JsonElement element) => element.MemberOrNull("event") is not { } found ? null
        : found.ValueKind == JsonValueKind.Object ? found
        : throw Invalid("'event' must be an object", element);

    private static bool ReadFlag(JsonElement element, string name) => element.MemberOrNull(name)?.ValueKind switch
    {
        null or JsonValueKind.False => false,
        JsonValueKind.True => true,
        _ => throw Invalid($"'{name}' must be true or false", element),
    };

    private static DatasetType? ReadDataset(JsonElement element) =>
        OptionalString(element, "dataset", element) is not { } name ? null
        : DatasetType.TryParse(name, out DatasetType? dataset) ? dataset
        : throw new UnknownDatasetException(PlainText.Escape(
            $"The input names the unknown dataset '{name}'. Known datasets: {string.Join(", ", DatasetType.All.Select(d => d.Name))}."));

    private static ResumeToken? ReadResumeToken(JsonElement element)
    {
        if (element.MemberOrNull("resume") is not { } resume)
        {
            return null;
        }

        if (resume.ValueKind != JsonValueKind.Object)
        {
            throw Invalid("'resume' must be an object", element);
        }

        return resume.IntegerOrNull("row_group") is not (>= 0 and <= ObjectVersion.MaxRowGroups and var rowGroup)
            ? throw Invalid($"'resume.row_group' must be a whole number from 0 to {ObjectVersion.MaxRowGroups}", element)
            : new ResumeToken(
                (int)rowGroup,
                resume.StringOrNull("etag") ?? throw Invalid("'resume.etag' must be a non-empty string", element),
                OptionalString(resume, "version_id", element),
                ReadVersion(resume, element) ?? throw Invalid("'resume.version' is missing", element))
            {
                MappingSha256 = OptionalString(resume, "mapping_sha256", element),
            };
    }

    /// <summary>Reads an end of the range of time to load.</summary>
    private static DateTimeOffset? ReadTime(JsonElement element, string name) =>
        OptionalString(element, name, element) is not { } text ? null
        : IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out IsoTime time)
            && time.Seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds() && time.Seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds()
                ? DateTimeOffset.FromUnixTimeSeconds(time.Seconds).AddTicks(time.Nanoseconds / 100)
        : throw Invalid($"'{name}' must be a time such as 2024-05-01 or 2024-05-01T00:00:00Z", element);

    /// <summary>Reads a version: a number, or a string that contains a number or an ISO 8601 instant.</summary>
    private static ObjectVersion? ReadVersion(JsonElement owner, JsonElement root)
    {
        if (owner.MemberOrNull("version") is not { } member)
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
            : throw Invalid(
                $"'version' must be a whole number from 1 to {ObjectVersion.MaxValue} or an instant such as 2024-05-01T00:00:00Z", root);
    }

    private static string? OptionalString(JsonElement owner, string name, JsonElement root) =>
        owner.MemberOrNull(name) is null ? null : owner.StringOrNull(name) ?? throw Invalid($"'{name}' must be a non-empty string", root);

    private static InvalidEventException Invalid(string fault, JsonElement element) =>
        new($"The input is invalid: {fault}. Expected {Expected}; found {EventShape.Describe(element)}.");
}
