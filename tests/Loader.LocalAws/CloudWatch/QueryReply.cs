using System.Xml.Linq;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.CloudWatch;

/// <summary>Responses in the query protocol: XML.</summary>
internal static class QueryReply
{
    private static readonly XNamespace Namespace = $"http://monitoring.amazonaws.com/doc/{QueryRequest.Version}/";

    public static Reply Ok(ServiceCall call) => Xml(call, 200, new XElement(
        Namespace + (call.Operation["cloudwatch:".Length..] + "Response"),
        new XElement(Namespace + "ResponseMetadata", new XElement(Namespace + "RequestId", call.RequestId))));

    public static Reply Error(ServiceCall call, int status, string code, string message) => Xml(call, status, new XElement(
        Namespace + "ErrorResponse",
        new XElement(
            Namespace + "Error",
            new XElement(Namespace + "Type", status < 500 ? "Sender" : "Receiver"),
            new XElement(Namespace + "Code", code),
            new XElement(Namespace + "Message", message)),
        new XElement(Namespace + "RequestId", call.RequestId)));

    private static Reply Xml(ServiceCall call, int status, XElement root) =>
        new Reply { Status = status, ContentType = "text/xml", Body = XmlText.Write(root) }.With("x-amzn-RequestId", call.RequestId);
}
