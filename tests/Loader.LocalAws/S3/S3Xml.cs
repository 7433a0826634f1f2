using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.S3;

internal static class S3Xml
{
    public static readonly XNamespace Namespace = "http://s3.amazonaws.com/doc/2006-03-01/";

    private static readonly XmlWriterSettings Settings = new() { Encoding = new UTF8Encoding(false), CheckCharacters = false };

    public static Reply Ok(ServiceCall call, string root, params object?[] content)
    {
        using var buffer = new MemoryStream();
        using (var writer = XmlWriter.Create(buffer, Settings))
        {
            new XElement(Namespace + root, content).Save(writer);
        }

        return new Reply { Status = 200, ContentType = "application/xml", Body = buffer.ToArray() }.With("x-amz-request-id", call.RequestId);
    }

    public static XElement Element(string name, object? content) => new(Namespace + name, content);

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
