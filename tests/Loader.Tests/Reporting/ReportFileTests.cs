using Loader.Application.Results;
using Loader.Cli.Reporting;
using Loader.Tests.Support;

namespace Loader.Tests.Reporting;

[Parallelizable(ParallelScope.All)]
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
internal sealed class ReportFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Test]
    public void A_new_page_is_written()
    {
        ReportFile.Check(At("a.html"));

        Assert.That(ReportFile.Write(At("a.html"), writer => writer.Write("<!DOCTYPE html>é")), Is.EqualTo(17));
        Assert.That(File.ReadAllText(At("a.html")), Is.EqualTo("<!DOCTYPE html>é"));
        Assert.That(Names(), Is.EqualTo(["a.html"]));
    }

    [Test]
    public void A_check_leaves_nothing_behind()
    {
        ReportFile.Check(At("a.html"));

        Assert.That(Names(), Is.Empty);
    }

    [TestCase("<!doctype HTML><html>")]
    [TestCase("")]
    public void An_older_page_is_replaced(string old)
    {
        File.WriteAllText(At("a.html"), old);
        ReportFile.Check(At("a.html"));
        ReportFile.Write(At("a.html"), writer => writer.Write("<!DOCTYPE html>new"));

        Assert.That(File.ReadAllText(At("a.html")), Is.EqualTo("<!DOCTYPE html>new"));
    }

    [Test]
    public void A_link_to_an_older_page_stays_a_link()
    {
        File.WriteAllText(At("old.html"), "");
        File.CreateSymbolicLink(At("a.html"), At("old.html"));
        ReportFile.Write(At("a.html"), writer => writer.Write("<!DOCTYPE html>new"));

        Assert.That(new FileInfo(At("a.html")).LinkTarget, Is.Not.Null);
        Assert.That(File.ReadAllText(At("old.html")), Is.EqualTo("<!DOCTYPE html>new"));
    }

    [TestCase("missing/a.html", "Create the folder")]
    [TestCase("folder", "is a folder")]
    [TestCase("data.parquet", "is no HTML page")]
    [TestCase("read-only.html", "is read-only")]
    [TestCase("lost.html", "does not exist")]
    [TestCase("loop.html", "is no regular file")]
    [TestCase("\0", "cannot be the name")]
    public void What_cannot_or_must_not_be_written_is_refused_with_a_remedy(string name, string reason)
    {
        Directory.CreateDirectory(At("folder"));
        File.WriteAllText(At("data.parquet"), "PAR1");
        File.WriteAllText(At("read-only.html"), "");
        File.SetAttributes(At("read-only.html"), FileAttributes.ReadOnly);
        File.CreateSymbolicLink(At("lost.html"), At("nowhere"));
        File.CreateSymbolicLink(At("loop.html"), At("loop.html"));

        Assert.That(() => ReportFile.Check(At(name)), Throws.TypeOf<ConfigurationException>().With.Message.Contains(reason).And.Message.Contains("--report"));
    }

    [TestCase("")]
    [TestCase(" ")]
    [TestCase("s3://bucket/report.html")]
    public void What_is_no_path_on_disk_is_refused(string path) => Assert.That(() => ReportFile.Check(path), Throws.TypeOf<ConfigurationException>());

    [Test]
    public void A_device_is_refused()
    {
        if (!File.Exists("/dev/null"))
        {
            Assert.Ignore("There is no /dev/null.");
        }

        Assert.That(() => ReportFile.Check("/dev/null"), Throws.TypeOf<ConfigurationException>().With.Message.Contains("is no regular file"));
    }

    [Test]
    public void If_writing_fails_the_older_page_stays_and_no_half_page_is_left()
    {
        File.WriteAllText(At("a.html"), "<!DOCTYPE html>old");

        Assert.That(
            () => ReportFile.Write(At("a.html"), writer =>
            {
                writer.Write(new string('x', 1 << 20));
                throw new IOException("No space left on device");
            }),
            Throws.TypeOf<IOException>());
        Assert.That(File.ReadAllText(At("a.html")), Is.EqualTo("<!DOCTYPE html>old"));
        Assert.That(Names(), Is.EqualTo(["a.html"]));
    }

    [Test]
    public void Data_that_took_the_place_during_the_run_are_not_replaced()
    {
        ReportFile.Check(At("energy.duckdb"));
        File.WriteAllText(At("energy.duckdb"), "data");

        Assert.That(() => ReportFile.Write(At("energy.duckdb"), _ => { }), Throws.TypeOf<ConfigurationException>());
    }

    private string At(string name) => Path.Join(_folder.Path, name);

    private IEnumerable<string?> Names() => Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName);
}
