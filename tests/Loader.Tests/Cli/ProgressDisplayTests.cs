using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Cli.Output;
using Loader.Domain;
using Spectre.Console;
using Spectre.Console.Testing;

namespace Loader.Tests.Cli;

[Parallelizable(ParallelScope.All)]
internal sealed class ProgressDisplayTests
{
    private static readonly SourceFile File = SourceFile.OnDisk("dataset=generation/[a].parquet");

    [Test]
    public async Task A_terminal_shows_a_bar()
    {
        using TestConsole console = new TestConsole().Interactive().SupportsAnsi(true).Width(120);

        await ProgressDisplay.RunAsync(console, isDryRun: false, display =>
        {
            display.Report(new FileStarted(File, 2, 3));
            display.Report(new FileAdvanced(File, 50, 100));
            return Task.FromResult(0);
        });

        Assert.That(console.Output, Does.Contain("[2/3] dataset=generation/[a].parquet").And.Contain("16%"));
    }

    [Test]
    public async Task A_pipe_gets_a_line_per_file()
    {
        using TestConsole console = new TestConsole().Width(200);

        await ProgressDisplay.RunAsync(console, isDryRun: false, display =>
        {
            display.Report(new FileStarted(File, 2, 3));
            display.Report(new FileAdvanced(File, 50, 100));
            display.Report(new FileEnded(File, new FileResult(File.ToString())
            {
                Report = new LoadReport { File = File, Ledger = new Ledger { Read = 1_234, Written = 1_234 }, Elapsed = TimeSpan.FromSeconds(2) },
            }, Ended: 2, FileCount: 3));
            return Task.FromResult(0);
        });

        Assert.That(console.Output, Is.EqualTo("[2/3] dataset=generation/[a].parquet: 1,234 read, 1,234 written in 2.00 s\n"));
    }
}
