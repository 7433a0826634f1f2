using System.Text.RegularExpressions;
using Loader.Tests.Faults;

namespace Loader.Tests.Cli;

/// <summary>What the commands print on terminals of any width.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed partial class ConsoleWidthTests
{
    private static readonly DateTime Hour = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private static IEnumerable<object[]> Cases() =>
        from command in (string[])["load", "validate", "inspect", "replay", "sample", "missing", "cost"]
        from width in (int[])[20, 40, 60, 80, 200]
        select new object[] { command, width };

    [TestCaseSource(nameof(Cases))]
    public async Task No_line_is_too_long_and_no_number_is_broken(string command, int width)
    {
        using var cli = new CliRun();
        string[] arguments = await PrepareAsync(cli, command);
        await cli.RunAsync(arguments);
        string[] wide = Numbers(cli.Output + cli.Error);

        cli.Width = width;
        await cli.RunAsync(arguments);

        Assert.That((cli.Output + cli.Error).Split('\n'), Has.All.Length.LessThanOrEqualTo(width));
        Assert.That(Numbers(cli.Output + cli.Error), Is.Not.Empty.And.SubsetOf(wide));
    }

    [TestCase(20)]
    [TestCase(40)]
    [TestCase(60)]
    public async Task Every_count_of_the_ledger_is_told_at_any_width(int width)
    {
        using var cli = new CliRun { Width = width };
        string[] arguments = await PrepareAsync(cli, "replay");

        await cli.RunAsync(arguments);

        Assert.That(cli.Output, Does.Match(@"Read[\s\S]*Storable|Read[\s\S]*Written").And.Match("Invalid"));
    }

    private static async Task<string[]> PrepareAsync(CliRun cli, string command)
    {
        switch (command)
        {
            case "load":
            case "validate":
                string samples = await cli.SampleAsync(days: 5);
                await cli.RunAsync("load", samples);
                return [command, samples];
            case "cost":
                return ["load", await cli.SampleAsync(days: 5), "--sink", "none"];
            case "inspect":
                return [command, Directory.GetFiles(await cli.SampleAsync(days: 5), "gen*.parquet", SearchOption.AllDirectories)[0]];
            case "sample":
                return [command, cli.PathOf("lake"), "--days", "5"];
            case "missing":
                return ["load", cli.PathOf("no", "such", "folder-of-2024", "part-000123.parquet")];
            default:
                var file = new GeneratedFile(
                    "a.parquet", new DateTimeOffset(Hour), [[new GeneratedRow(Hour, "SE", "hydro", "good", 1), new GeneratedRow(Hour, "NE", "hydro", "good", null)]]);
                Directory.CreateDirectory(cli.PathOf("dataset=generation"));
                File.WriteAllBytes(cli.PathOf("dataset=generation", "a.parquet"), file.ToBytes());
                await cli.RunAsync("load", cli.PathOf("dataset=generation"));
                return [command, cli.PathOf("rejected")];
        }
    }

    /// <summary>Returns the numbers in a text, without those of the time that a run took.</summary>
    private static string[] Numbers(string text) =>
        [.. Number().Matches(Time().Replace(text, "")).Select(match => match.Value.TrimEnd(',', '.', ':')).Distinct()];

    [GeneratedRegex("[0-9][0-9,.:]*", RegexOptions.NonBacktracking)]
    private static partial Regex Number();

    [GeneratedRegex(@"in\s+[0-9.]+\s+s(,\s+[0-9,]+\s+rows/s)?", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Time();
}
