using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Loader.LocalAws.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;

namespace Loader.LocalAws.CloudWatch;

/// <summary>
/// A request in the older query protocol: a form with names such as <c>MetricData.member.1.MetricName</c> (protocols 3.1). It is turned into the JSON of the
/// newer protocol, so that the same rules apply.
/// </summary>
internal static class QueryRequest
{
    public const string Version = "2010-08-01";

    public static readonly XNamespace Namespace = $"http://monitoring.amazonaws.com/doc/{Version}/";

    private const string ListMark = "member";

    public static bool IsQuery(HttpRequest request) =>
        HttpMethods.IsPost(request.Method) && request.Path.Value is "" or "/"
        && request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The operation that the form names; empty if it names none.</summary>
    public static string Action(HttpRequest request, ReadOnlyMemory<byte> body)
    {
        try
        {
            return Fields(RequestBody.Plain(request.Headers.ContentEncoding, body)).GetValueOrDefault("Action").ToString();
        }
        catch (InvalidDataException)
        {
            return string.Empty;
        }
    }

    /// <summary>The members of the request as JSON.</summary>
    public static byte[] ToJson(ReadOnlyMemory<byte> body)
    {
        var fields = Fields(body);
        if (fields.GetValueOrDefault("Version") is var version && version != Version)
        {
            throw new ServiceException(400, "NoSuchVersion", $"The requested version ( {version} ) of service AmazonCloudWatch does not exist");
        }

        var root = new JsonObject();
        foreach (var (name, values) in fields.Where(field => field.Key is not ("Action" or "Version")))
        {
            Set(root, name, name.Split('.'), values.ToString());
        }

        return Encoding.UTF8.GetBytes(Lists(root)!.ToJsonString());
    }

    private static Dictionary<string, StringValues> Fields(ReadOnlyMemory<byte> body) => QueryHelpers.ParseQuery(Encoding.UTF8.GetString(body.Span));

    private static void Set(JsonObject root, string name, string[] path, string value)
    {
        var parent = root;
        foreach (var step in path[..^1])
        {
            parent = (parent[step] ??= new JsonObject()) as JsonObject ?? throw Malformed(name);
        }

        // A list of plain values, such as Values.member.1, has the name of its member two steps before the end.
        var member = path.Length > 2 && path[^2] is ListMark ? path[^3] : path[^1];
        parent[path[^1]] = member switch
        {
            "Timestamp" => JsonValue.Create(EpochSeconds(name, value)),
            "Value" when path is not [.., "Dimensions", ListMark, _, _] => Number(name, value),
            "Values" or "Counts" or "SampleCount" or "Sum" or "Minimum" or "Maximum" or "StorageResolution" => Number(name, value),
            _ => JsonValue.Create(value),
        };
    }

    /// <summary>Replaces every <c>{"member":{"1":…,"2":…}}</c> by a list, ordered by number.</summary>
    private static JsonNode? Lists(JsonNode? node)
    {
        if (node is not JsonObject item)
        {
            return node?.DeepClone();
        }

        if (item.Count == 1 && item[ListMark] is JsonObject list)
        {
            return new JsonArray([.. list.OrderBy(member => Position(member.Key)).Select(member => Lists(member.Value))]);
        }

        return new JsonObject(item.Select(member => KeyValuePair.Create(member.Key, Lists(member.Value))));
    }

    private static int Position(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : throw Malformed(text);

    // NaN and infinity stay text: the rules of metrics refuse them by name.
    private static JsonValue Number(string name, string text) => text is "NaN" or "Infinity" or "-Infinity" ? JsonValue.Create(text)
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonValue.Create(number)
        : throw Malformed(name);

    // protocols 3.1: ISO 8601.
    private static double EpochSeconds(string name, string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? (time - DateTimeOffset.UnixEpoch).TotalSeconds
            : throw Malformed(name);

    private static ServiceException Malformed(string name) => new(400, "MalformedInput", $"The parameter {name} is not valid.");
}
