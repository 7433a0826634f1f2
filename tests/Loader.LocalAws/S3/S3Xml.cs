using System.Globalization;
using System.Xml.Linq;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

internal static class S3Xml
{
    public static readonly XNamespace Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    public static Reply Ok(ServiceCall call, string root, params object?[] content) =>
        new Reply { Status = 200, ContentType = "application/xml", Body = XmlText.Write(new XElement(Namespace + root, content)) }
            .With("x-amz-request-id", call.RequestId);

    public static XElement Element(string name, object? content) => new(Namespace + name, content);

    /// <summary>The element of a checksum, or null if there is none.</summary>
    public static XElement? Element(Checksum? checksum) => checksum is null ? null : Element(checksum.Algorithm.Element, checksum.Value);

    /// <summary>Adds the header of a checksum, if there is one.</summary>
    public static Reply With(this Reply reply, Checksum? checksum) =>
        checksum is null ? reply : reply.With(checksum.Algorithm.Header, checksum.Value).With("x-amz-checksum-type", checksum.Type);

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
