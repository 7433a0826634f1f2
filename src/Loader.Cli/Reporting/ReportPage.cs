using Loader.Cli.Hosting;
using Loader.Cli.Loading;

namespace Loader.Cli.Reporting;

/// <summary>
/// The page about a run: HTML with inline SVG that needs no network and no script. It is also well-formed XML, apart from its doctype.
/// </summary>
internal static class ReportPage
{
    /// <summary>The first characters of the page, by which an older page is recognised.</summary>
    public const string Doctype = "<!DOCTYPE html>";

    /// <summary>Writes the page.</summary>
    /// <param name="writer">Receives the page.</param>
    /// <param name="summary">The result of the run.</param>
    /// <param name="settings">What the user asked for.</param>
    /// <param name="ended">The time at which the run ended.</param>
    public static void Write(TextWriter writer, LoadSummary summary, LoadSettings settings, DateTimeOffset ended)
    {
        var html = new HtmlWriter(writer);
        string kind = settings.IsOffline ? "Validation" : settings.IsDryRun ? "Dry run" : "Load";
        html.Write(Doctype);
        html.Write(
            """

            <html lang="en"><head><meta charset="utf-8"/>
            <meta http-equiv="Content-Security-Policy"
            """);
        html.Write(
            """
             content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/><meta name="color-scheme" content="light dark"/>
            <meta name="referrer" content="no-referrer"/>

            """);
        html.Write($"<title>{kind} of {string.Join(", ", settings.Sources)}</title>\n<style>");
        html.Write(ReportStyle.Css);
        html.Write("</style></head>\n<body>");
        VerdictSection.Write(html, summary, settings, kind);
        html.Write("<main>");
        LedgerSection.Write(html, summary, settings);
        if (summary.Quality is { } quality)
        {
            ChecksSection.Write(html, quality);
            CoverageSection.Write(html, quality);
            GapsSection.Write(html, quality);
        }

        UnstoredRowsSection.Write(html, summary, settings);
        if (summary.Quality is { } judged)
        {
            SeriesSection.Write(html, judged);
        }

        InputsSection.Write(html, summary);
        SettingsSection.Write(html, summary, settings, ended, ProgramVersion.Full);
        NotJudgedSection.Write(html, summary);
        html.Write("</main></body></html>\n");
    }
}
