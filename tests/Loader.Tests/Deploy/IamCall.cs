using System.Text.Json;
using Loader.LocalAws.Http;

namespace Loader.Tests.Deploy;

/// <summary>A call as policies see it.</summary>
/// <param name="Action">Such as <c>s3:GetObjectVersion</c>; one operation may need different rights, and several the same.</param>
/// <param name="Resource">An ARN, or <c>*</c> where the operation knows no resources.</param>
/// <param name="Context">Condition keys and their values.</param>
internal sealed record IamCall(string Action, string Resource, IReadOnlyDictionary<string, string> Context)
{
    public IamCall(string action, string resource)
        : this(action, resource, new Dictionary<string, string>())
    {
    }

    public static IReadOnlyList<IamCall> Of(IEnumerable<RecordedRequest> requests, string accessKeyId) =>
        [.. requests.Where(request => request.Header("Authorization")?.Contains($"Credential={accessKeyId}/", StringComparison.Ordinal) == true).Select(Of)];

    public override string ToString() => $"{Action} {Resource} {string.Join(' ', Context)}";

    /// <summary>
    /// Which right an operation needs: https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html for S3, whose rights
    /// differ most from its operations; https://docs.aws.amazon.com/service-authorization/latest/reference/ for the other services.
    /// </summary>
    private static IamCall Of(RecordedRequest request)
    {
        string resource = request.Resource ?? throw new ArgumentException($"It is not known what {request.Operation} was about.", nameof(request));
        return request.Operation switch
        {
            "s3:GetObject" or "s3:HeadObject" => new(Query(request).ContainsKey("versionId") ? "s3:GetObjectVersion" : "s3:GetObject", resource),
            "s3:ListObjectsV2" => new("s3:ListBucket", resource, Only("s3:prefix", Query(request).GetValueOrDefault("prefix", ""))),
            "s3:PutObject" => new("s3:PutObject", resource),
            "cloudwatch:PutMetricData" => new("cloudwatch:PutMetricData", resource, Only("cloudwatch:namespace", NamespaceOf(request))),
            "lambda:Invoke" => new("lambda:InvokeFunction", resource),
            "timestream:WriteRecords" or "timestream:DescribeTable" or "timestream:DescribeEndpoints" => new(request.Operation, resource),
            _ => throw new NotSupportedException($"It is not known which right {request.Operation} needs."),
        };
    }

    private static Dictionary<string, string> Only(string key, string value) => new() { [key] = value };

    private static string NamespaceOf(RecordedRequest request)
    {
        using var body = JsonDocument.Parse(request.Body);
        return body.RootElement.GetProperty("Namespace").GetString()!;
    }

    private static Dictionary<string, string> Query(RecordedRequest request) =>
        request.Target.Split('?', 2).Skip(1).SelectMany(query => query.Split('&')).Select(pair => pair.Split('=', 2))
            .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair.ElementAtOrDefault(1) ?? ""));
}
