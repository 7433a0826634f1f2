using System.Xml.Linq;

namespace Loader.LocalAws.Http;

/// <summary>Responses in the query protocol: XML in the namespace of a service.</summary>
internal static class QueryReply
{
    /// <summary>The response of an operation, with its result unless it has none.</summary>
    public static Reply Ok(ServiceCall call, XNamespace service, params XElement[] result)
    {
        string operation = call.Operation[(call.Operation.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return Xml(call, 200, new XElement(
            service + (operation + "Response"),
            result.Length == 0 ? null : new XElement(service + (operation + "Result"), result),
            new XElement(service + "ResponseMetadata", new XElement(service + "RequestId", call.RequestId))));
    }

    public static Reply Error(ServiceCall call, XNamespace service, int status, string code, string message) => Xml(call, status, new XElement(
        service + "ErrorResponse",
        new XElement(
            service + "Error",
            new XElement(service + "Type", status < 500 ? "Sender" : "Receiver"),
            new XElement(service + "Code", code),
            new XElement(service + "Message", message)),
        new XElement(service + "RequestId", call.RequestId)));

    private static Reply Xml(ServiceCall call, int status, XElement root) =>
        new Reply { Status = status, ContentType = "text/xml", Body = XmlText.Write(root) }.With("x-amzn-RequestId", call.RequestId);
}
