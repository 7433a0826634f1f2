using System.Xml.Linq;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Sts;

/// <summary>GetCallerIdentity in the query protocol (service model sts-2011-06-15). All keys belong to one user.</summary>
internal static class StsService
{
    public const string Action = "GetCallerIdentity";

    private static readonly XNamespace Namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

    public static Reply Handle(ServiceCall call, LocalAwsOptions options)
    {
        SigningScope.Require(call, "sts", options.Region);
        return Xml(call, 200, new XElement(
            Namespace + (Action + "Response"),
            new XElement(
                Namespace + (Action + "Result"),
                new XElement(Namespace + "Arn", $"arn:aws:iam::{options.AccountId}:user/loader"),
                new XElement(Namespace + "UserId", "AIDALOCALAWS"),
                new XElement(Namespace + "Account", options.AccountId)),
            new XElement(Namespace + "ResponseMetadata", new XElement(Namespace + "RequestId", call.RequestId))));
    }

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
