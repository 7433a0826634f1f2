namespace Loader.Cli.Hosting;

/// <summary>
/// Writes one JSON document on one line to standard output. Its files can be written before the rest of it is known, so that they need not
/// be kept.
/// </summary>
/// <param name="writer">Standard output.</param>
internal sealed class JsonResult(TextWriter writer)
{
    private readonly Lock _gate = new();

    /// <summary>Gets a value indicating whether files were written, so that the rest must not contain them.</summary>
    public bool HasFiles { get; private set; }

    /// <summary>Writes a file of the member <c>files</c>.</summary>
    /// <param name="json">The file as a JSON object.</param>
    public void AddFile(string json)
    {
        lock (_gate)
        {
            writer.Write(HasFiles ? "," : "{\"files\":[");
            writer.Write(json);
            HasFiles = true;
        }
    }

    /// <summary>Writes the rest of the document and ends the line.</summary>
    /// <param name="json">The document as a JSON object with at least one member, without files if there were some before.</param>
    public void End(string json)
    {
        lock (_gate)
        {
            writer.WriteLine(HasFiles ? "]," + json[1..] : json);
        }
    }
}
