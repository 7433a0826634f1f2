using System.Xml.Linq;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Sts;

/// <summary>GetCallerIdentity in the query protocol (service model sts-2011-06-15). All keys belong to one user.</summary>
internal static class StsService
{
    public const string Action = "GetCallerIdentity";

    public static readonly XNamespace Namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

    public static Reply Handle(ServiceCall call, LocalAwsOptions options)
    {
        SigningScope.Require(call, "sts", options.Region);
        return QueryReply.Ok(
            call,
            Namespace,
            new XElement(Namespace + "Arn", $"arn:aws:iam::{options.AccountId}:user/loader"),
            new XElement(Namespace + "UserId", "AIDALOCALAWS"),
            new XElement(Namespace + "Account", options.AccountId));
    }
}
