namespace Loader.Tests.Lambda;

/// <summary>Events as S3, EventBridge and SQS send them, with what a test cares about as arguments.</summary>
internal static class SomeEvents
{
    public const string Test = """
        {"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2024-05-01T00:00:00.000Z","Bucket":"data","RequestId":"R","HostId":"H"}
        """;

    public static string S3(params string[] records) => $$"""{"Records":[{{string.Join(',', records)}}]}""";

    public static string S3Record(
        string encodedKey, string bucket = "data", string eventName = "ObjectCreated:Put", string? versionId = null, long size = 4_096, string eTag = "abc") => $$$"""
        {"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"eu-west-1","eventTime":"2024-05-01T00:00:00.000Z","eventName":{{{Json.Quote(eventName)}}},
        "userIdentity":{"principalId":"P"},"requestParameters":{"sourceIPAddress":"192.0.2.1"},"responseElements":{"x-amz-request-id":"R","x-amz-id-2":"I"},
        "s3":{"s3SchemaVersion":"1.0","configurationId":"c","bucket":{"name":{{{Json.Quote(bucket)}}} ,"ownerIdentity":{"principalId":"P"},"arn":"arn:aws:s3:::data"},
        "object":{"key":{{{Json.Quote(encodedKey)}}},"size":{{{size}}},"eTag":{{{Json.Quote(eTag)}}},"sequencer":"0055AED6DCD90281E5"{{{Member("versionId", versionId)}}} } } }
        """;

    public static string EventBridge(string key, string bucket = "data", string detailType = "Object Created", string? versionId = null, string eTag = "abc") => $$$"""
        {"version":"0","id":"1","detail-type":{{{Json.Quote(detailType)}}},"source":"aws.s3","account":"111122223333","time":"2024-05-01T00:00:00Z","region":"eu-west-1",
        "resources":["arn:aws:s3:::data"],"detail":{"version":"0","bucket":{"name":{{{Json.Quote(bucket)}}} },
        "object":{"key":{{{Json.Quote(key)}}},"size":5,"etag":{{{Json.Quote(eTag)}}},"sequencer":"0055"{{{Member("version-id", versionId)}}} },
        "request-id":"R","requester":"111122223333","source-ip-address":"192.0.2.1","reason":"PutObject"}}
        """;

    /// <summary>A call of S3's API that CloudTrail reports through EventBridge.</summary>
    public static string CloudTrail(string key, string call = "PutObject", string bucket = "data", string? versionId = null, string? errorCode = null) => $$$"""
        {"version":"0","id":"1","detail-type":"AWS API Call via CloudTrail","source":"aws.s3","account":"111122223333","time":"2024-05-01T00:00:00Z","region":"eu-west-1",
        "resources":[],"detail":{"eventVersion":"1.10","eventSource":"s3.amazonaws.com","eventName":{{{Json.Quote(call)}}},"readOnly":false{{{Member("errorCode", errorCode)}}},
        "requestParameters":{"bucketName":{{{Json.Quote(bucket)}}},"key":{{{Json.Quote(key)}}} },
        "responseElements":{"x-amz-server-side-encryption":"AES256"{{{Member("x-amz-version-id", versionId)}}} } } }
        """;

    /// <summary>What a topic passes to a function that is subscribed to it.</summary>
    public static string SnsToFunction(params string[] messages) => $$"""{"Records":[{{string.Join(',', messages.Select(SnsRecord))}}]}""";

    public static string Sns(string message) => $$"""
        {"Type":"Notification","MessageId":"m","TopicArn":"arn:aws:sns:eu-west-1:111122223333:t","Message":{{Json.Quote(message)}},"Timestamp":"2024-05-01T00:00:00.000Z"}
        """;

    public static string Sqs(params (string Id, string Body)[] messages) => $$"""{"Records":[{{string.Join(',', messages.Select(SqsRecord))}}]}""";

    private static string SnsRecord(string message) => $$"""
        {"EventSource":"aws:sns","EventVersion":"1.0","EventSubscriptionArn":"arn:aws:sns:eu-west-1:111122223333:t:1","Sns":{{Sns(message)}} }
        """;

    private static string SqsRecord((string Id, string Body) message) => $$"""
        {"messageId":{{Json.Quote(message.Id)}},"receiptHandle":"r","body":{{Json.Quote(message.Body)}},"attributes":{"ApproximateReceiveCount":"1"},
        "messageAttributes":{},"md5OfBody":"x","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:eu-west-1:111122223333:q","awsRegion":"eu-west-1"}
        """;

    private static string Member(string name, string? value) => value is null ? "" : $",\"{name}\":{Json.Quote(value)}";
}
