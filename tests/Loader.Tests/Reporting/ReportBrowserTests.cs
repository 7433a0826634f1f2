using System.Text.Json;
using Loader.Tests.Cli;
using Loader.Tests.Parquet;

namespace Loader.Tests.Reporting;

/// <summary>The page in a browser.</summary>
internal sealed class ReportBrowserTests
{
    private const string Script = "<script>document.title='broken'</script>";

    private CliRun _cli = null!;
    private Chromium _browser = null!;

    [OneTimeSetUp]
    public async Task StartAsync()
    {
        _browser = await Chromium.StartOrIgnoreAsync();
        _cli = new CliRun();
        using var folder = new Folder();
        await _cli.RunAsync("validate", WriteFaults(folder), "--dataset", "consumption", "--report", "faults.html");
        await _cli.RunAsync("validate", WriteHostile(folder), "--dataset", "consumption", "--report", "hostile.html");
    }

    [OneTimeTearDown]
    public async Task StopAsync()
    {
        _cli?.Dispose();
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }
    }

    [Test]
    public async Task Nothing_is_requested_and_nothing_is_written_to_the_console(
        [Values("faults.html", "hostile.html")] string page, [Values("light", "dark")] string scheme)
    {
        await _browser.OpenAsync(_cli.PathOf(page), 1_280, scheme);

        Assert.That(_browser.Requests, Is.Empty);
        Assert.That(_browser.Messages, Is.Empty);
    }

    [Test]
    public async Task A_policy_that_is_violated_would_be_noticed()
    {
        string page = (await File.ReadAllTextAsync(_cli.PathOf("faults.html"))).Replace("</main>", "<img src=\"data:image/png;base64,AA==\"/><script>1</script></main>");
        await File.WriteAllTextAsync(_cli.PathOf("violated.html"), page);

        await _browser.OpenAsync(_cli.PathOf("violated.html"), 1_280, "light");

        Assert.That(_browser.Messages, Is.Not.Empty);
    }

    [Test]
    public async Task Both_themes_are_drawn_and_text_can_be_read_in_both()
    {
        await _browser.OpenAsync(_cli.PathOf("faults.html"), 1_280, "light");
        byte[] light = await SaveAsync("light");
        double[] lightest = await ContrastsAsync();
        await _browser.OpenAsync(_cli.PathOf("faults.html"), 1_280, "dark");
        byte[] dark = await SaveAsync("dark");
        double[] darkest = await ContrastsAsync();

        Assert.That(light, Has.Length.GreaterThan(10_000).And.Not.EqualTo(dark));
        Assert.That(lightest, Is.All.GreaterThan(4.5));
        Assert.That(darkest, Is.All.GreaterThan(4.5));
    }

    [TestCase(360)]
    [TestCase(1_280)]
    [TestCase(2_560)]
    public async Task The_page_fits_the_width_of_a_window(int width)
    {
        await _browser.OpenAsync(_cli.PathOf("hostile.html"), width, "light");

        Assert.That((await _browser.EvaluateAsync("document.documentElement.scrollWidth")).GetInt32(), Is.LessThanOrEqualTo(width));
    }

    [Test]
    public async Task The_heat_map_and_the_chart_have_a_size()
    {
        await _browser.OpenAsync(_cli.PathOf("faults.html"), 1_280, "light");

        JsonElement sizes = await _browser.EvaluateAsync(
            "[...document.querySelectorAll('svg')].map(s => s.getBoundingClientRect()).map(r => r.width * r.height)");
        Assert.That(sizes.EnumerateArray().Select(size => size.GetDouble()), Has.Exactly(3).GreaterThan(1_000));
    }

    [Test]
    public async Task Hostile_names_are_shown_as_text()
    {
        await _browser.OpenAsync(_cli.PathOf("hostile.html"), 1_280, "light");

        string text = (await _browser.EvaluateAsync("document.body.textContent")).GetString()!;
        Assert.That(text, Does.Contain(Script).And.Contain("\"><img src=x onerror=alert(1)>").And.Contain("javascript:alert(1)").And.Contain("]]>"));
        Assert.That(text, Does.Contain(@"\u202egnp.exe").And.Contain(new string('x', 190)).And.Not.Contain(new string('x', 1_001)));
        Assert.That((await _browser.EvaluateAsync("document.title")).GetString(), Does.StartWith("Validation of "));
    }

    [Test]
    public async Task Hostile_names_make_no_elements()
    {
        await _browser.OpenAsync(_cli.PathOf("hostile.html"), 1_280, "light");

        JsonElement found = await _browser.EvaluateAsync(
            "document.querySelectorAll('script,img,iframe,object,embed,form,link,base,a:not([href^=\"#\"]),[onerror],[onload],[onmouseover]').length");
        Assert.That(found.GetInt32(), Is.Zero);
    }

    private async Task<byte[]> SaveAsync(string scheme)
    {
        byte[] image = await _browser.ScreenshotAsync();
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, $"report-{scheme}.png");
        await File.WriteAllBytesAsync(path, image);
        TestContext.AddTestAttachment(path);
        return image;
    }

    /// <summary>Returns the contrast of each text with the background behind it, by WCAG.</summary>
    private async Task<double[]> ContrastsAsync()
    {
        JsonElement contrasts = await _browser.EvaluateAsync(
            """
            (() => {
              const rgb = c => c.match(/[\d.]+/g).map(Number);
              const light = c => { const [r, g, b] = rgb(c).map(v => v / 255).map(v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
                return .2126 * r + .7152 * g + .0722 * b; };
              const back = e => { for (; e; e = e.parentElement) { const c = getComputedStyle(e).backgroundColor; if (rgb(c)[3] !== 0) return c; } return 'rgb(255,255,255)'; };
              return [...document.querySelectorAll('h1,h2,h3,p,td,th,li,a,b,dt,dd,summary,code,span')].filter(e => e.textContent.trim()).map(e => {
                const [a, b] = [light(getComputedStyle(e).color), light(back(e))];
                return (Math.max(a, b) + .05) / (Math.min(a, b) + .05); });
            })()
            """);
        return [.. contrasts.EnumerateArray().Select(contrast => contrast.GetDouble())];
    }

    private static string WriteFaults(Folder folder) => folder.Write(
        "faults.parquet",
        """
        SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp,
            CASE WHEN i = 200 THEN NULL WHEN i = 300 THEN -5 ELSE 1000 + 200 * sin(i / 4.0) END AS value,
            'SE' AS region, 'MW' AS unit, 'total' AS consumer_type, 'demand' AS measurement_type
        FROM range(1000) t(i) WHERE i NOT BETWEEN 500 AND 560
        """);

    private static string WriteHostile(Folder folder)
    {
        string[] names =
        [
            Script, "\"><img src=x onerror=alert(1)>", "javascript:alert(1)", "]]>", "\u202Egnp.exe", new string('x', 1_500), "</td></table><h1>x", "&lt;",
        ];
        string values = string.Join(", ", names.Select(name => $"('{name.Replace("'", "''", StringComparison.Ordinal)}')"));
        return folder.Write(
            $"{Script.Replace('/', '-').Replace('\'', '-')}\"><b>.parquet",
            $"""
            SELECT TIMESTAMP '2024-01-01' + INTERVAL (i) HOUR AS timestamp, CASE WHEN i = 20 THEN NULL ELSE 1000 + i END AS value,
                name AS region, name AS unit, name AS consumer_type, name AS measurement_type
            FROM range(200) t(i), (VALUES {values}) n(name) WHERE i NOT BETWEEN 50 AND 60
            """);
    }
}
