using System.Xml.Linq;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

/// <summary>S3 errors as XML; a HEAD response has only the status.</summary>
internal static class S3Error
{
    public static Reply Reply(ServiceCall call, int status, string code, string message)
    {
        var body = XmlText.Write(new XElement(
            "Error",
            new XElement("Code", code),
            new XElement("Message", message),
            new XElement("Resource", call.Path),
            new XElement("RequestId", call.RequestId),
            new XElement("HostId", "local")));
        return new Reply
        {
            Status = status,
            ContentType = "application/xml",
            Body = body,
            HeadersOnly = string.Equals(call.Method, "HEAD", StringComparison.Ordinal),
        }.With("x-amz-request-id", call.RequestId);
    }

    public static ServiceException NoSuchBucket() => new(404, "NoSuchBucket", "The specified bucket does not exist");

    public static ServiceException NoSuchKey() => new(404, "NoSuchKey", "The specified key does not exist.");

    public static ServiceException NoSuchVersion() => new(404, "NoSuchVersion", "The specified version does not exist.");

    public static ServiceException PreconditionFailed() =>
        new(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold");

    public static ServiceException InvalidRange() => new(416, "InvalidRange", "The requested range is not satisfiable");

    public static ServiceException InvalidRequest(string message) => new(400, "InvalidRequest", message);

    public static ServiceException MalformedXml() =>
        new(400, "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema");

    public static ServiceException InvalidArgument(string message) => new(400, "InvalidArgument", message);
}
