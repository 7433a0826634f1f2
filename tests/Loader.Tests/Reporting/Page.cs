using System.Xml;
using System.Xml.Linq;
using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Cli.Reporting;
using Loader.Domain;
using Loader.Tests.Quality;
using Loader.Tests.Support;

namespace Loader.Tests.Reporting;

/// <summary>A page, parsed as XML.</summary>
internal sealed class Page
{
    private readonly XElement _root;

    private Page(string html)
    {
        Html = html;
        var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };
        using var reader = XmlReader.Create(new StringReader(html), settings);
        _root = XElement.Load(reader);
    }

    public string Html { get; }

    public IEnumerable<XElement> Elements => _root.DescendantsAndSelf();

    /// <summary>Gets the text that a reader sees.</summary>
    public string Text => string.Join(' ', _root.Element("body")!.DescendantNodes().OfType<XText>().Select(text => text.Value));

    public static Page Parse(string html) => new(html);

    public static async Task<Page> ReadAsync(string path) => new(await File.ReadAllTextAsync(path));

    public static Page Of(LoadSummary summary, LoadSettings? settings = null)
    {
        using var writer = new StringWriter();
        ReportPage.Write(writer, summary, settings ?? Settings, Some.Instant);
        return new Page(writer.ToString());
    }

    public static Page Of(IReadOnlyList<(long Time, double Value, SeriesKey Key)> rows, string zone = "UTC") =>
        Of(Summary(rows, zone));

    public static LoadSummary Summary(IReadOnlyList<(long Time, double Value, SeriesKey Key)> rows, string zone = "UTC") => new()
    {
        Files = FileResults.From([FileOf("a.parquet", new Ledger { Read = rows.Count, Written = rows.Count })]),
        Quality = Judged.Report(rows, zone: zone),
    };

    public static FileResult FileOf(string name, Ledger ledger, params RowExample[] examples) => new(name)
    {
        Status = LoadStatus.Succeeded,
        Report = new LoadReport
        {
            File = SourceFile.OnDisk(name),
            Ledger = ledger,
            InvalidByReason = ledger.Invalid == 0 ? [] : new Dictionary<RejectionReason, long> { [examples[0].Reason] = ledger.Invalid },
            RowExamples = examples,
        },
    };

    public static LoadSettings Settings { get; } = new() { Sources = ["lake"], Sink = SinkKind.Timestream, IsDryRun = true, IsOffline = true };

    /// <summary>Returns the text of a section.</summary>
    public string Section(string id) => string.Join(
        ' ', Elements.Single(element => (string?)element.Attribute("id") == id).DescendantNodes().OfType<XText>().Select(text => text.Value.Trim()));
}
