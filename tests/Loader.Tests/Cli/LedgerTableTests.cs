using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;
using Spectre.Console.Testing;

namespace Loader.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class LedgerTableTests
{
    [TestCase(80, "Read Written Status")]
    [TestCase(100, "Read Written Status")]
    [TestCase(200, "Read Written Superseded Duplicate Invalid Rejected Unsettled Status")]
    public void A_narrow_terminal_leaves_out_counts_that_are_all_zero(int width, string headings)
    {
        string[] lines = Lines(width, new Ledger { Read = 2_688_960, Written = 2_688_960 });

        Assert.That(string.Join(' ', lines.First(line => line.Contains("Read", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)), Does.EndWith(headings));
        Assert.That(lines, Has.Some.Match(@"part-0\.parquet\s+transmission\s+2,688,960\s+2,688,960\s.*succeeded"));
        Assert.That(lines, Has.All.Length.LessThanOrEqualTo(width));
    }

    [Test]
    public void A_narrow_terminal_shows_invalid_rows() =>
        Assert.That(Lines(100, new Ledger { Read = 3, Written = 1, Invalid = 2 }), Has.Some.Match(@"2 files\s+6\s+2\s+4\s+succeeded"));

    private static string[] Lines(int width, Ledger ledger)
    {
        using TestConsole console = new TestConsole().Width(width);
        FileResult[] files = [.. new[] { 1, 2 }.Select(month => Result($"/lake/dataset=transmission/year=2024/month=0{month}/some-long-name-of-a-writer/part-0.parquet", ledger))];
        console.Write(LedgerTable.Create(new LoadSummary { Files = FileResults.From(files) }, 20, width, isDryRun: false));
        return [.. console.Output.Split('\n').Select(line => line.TrimEnd())];
    }

    private static FileResult Result(string name, Ledger ledger) => new(name)
    {
        Report = new LoadReport { File = SourceFile.OnDisk(name), Dataset = DatasetType.Transmission, Ledger = ledger },
    };
}
