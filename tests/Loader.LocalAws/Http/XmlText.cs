using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Loader.LocalAws.Http;

/// <summary>Writes XML as the services do.</summary>
internal static class XmlText
{
    // A carriage return is written as a reference, because a reader of XML turns a bare one into a line feed. Like S3, other control characters are written
    // although XML 1.0 forbids them: a client that must read such keys asks for encoding-type=url.
    private static readonly XmlWriterSettings Settings = new()
    {
        Encoding = new UTF8Encoding(false),
        CheckCharacters = false,
        NewLineHandling = NewLineHandling.Entitize,
    };

    public static byte[] Write(XElement root)
    {
        using var buffer = new MemoryStream();
        using (var writer = XmlWriter.Create(buffer, Settings))
        {
            root.Save(writer);
        }

        return buffer.ToArray();
    }
}
