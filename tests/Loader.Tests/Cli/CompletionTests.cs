using System.Text.RegularExpressions;

namespace Loader.Tests.Cli;

/// <summary>What real shells complete with the scripts of <c>loader completion</c>, held against the help of the commands.</summary>
[TestFixture("bash")]
[TestFixture("zsh")]
[TestFixture("fish")]
[TestFixture("pwsh")]
[Parallelizable(ParallelScope.Self)]
internal sealed partial class CompletionTests(string shell)
{
    /// <summary>Lines whose completion does not follow from the help: choices, paths, and what stands before the cursor.</summary>
    private static readonly TestCaseData[] Lines =
    [
        Line("loader ma", "mapping"),
        Line("loader load --sink ", "duckdb influxdb none timestream"),
        Line("loader load --sink t", "timestream"),
        Line("loader validate --sink ", "influxdb timestream"),
        Line("loader load data --dataset ", "consumption generation transmission"),
        Line("loader load --fail-on ", "error warning"),
        Line("loader mapping suggest x --dataset g", "generation"),
        Line("loader check --policy ", "load verify"),
        Line("loader --verbose load --res", "--resume"),
        Line("loader load --duckdb mapping --res", "--resume"),
        Line("loader load --json --res", "--resume"),
        Line("loader load --column unit=a --col", "--column"),
        Line("loader completion ", "bash fish pwsh zsh"),
        Line("loader completion p", "pwsh"),
        Line("loader load data/al", "alpha.parquet"),
        Line("loader load --json data/al", "alpha.parquet"),
        Line("loader load --duckdb data/al", "alpha.parquet"),
        Line("loader load --rejected data/al", "alpha.parquet"),
        Line("loader mapping check data/al", "alpha.parquet"),
        Line("loader load -- data/al", "alpha.parquet"),
    ];

    private static readonly string[] Unknown = ["loader ref", "loader load --snik", "loader inspect --resu"];

    private IReadOnlyDictionary<string, string[]> _completed = null!;
    private Dictionary<string, string> _helps = null!;

    [OneTimeSetUp]
    public async Task CompleteAsync()
    {
        using var cli = new CliRun();
        _helps = await ReadHelpsAsync(cli, "loader");
        Directory.CreateDirectory(cli.PathOf("data"));
        await File.WriteAllTextAsync(cli.PathOf("data", "alpha.parquet"), "");
        await cli.RunAsync("completion", shell);
        string[] lines = [.. _helps.Keys.SelectMany(path => new[] { $"{path} ", $"{path} --" }), .. Unknown,
            .. Lines.Select(line => (string)line.Arguments[0]!)];
        IReadOnlyDictionary<string, string[]>? completed =
            await Shell.CompleteAsync(shell, cli.Output, cli.Folder, [.. lines.Distinct()]);
        if (completed is null)
        {
            Assert.Ignore($"{shell} is not installed.");
        }

        _completed = completed;
    }

    [Test]
    public void A_dash_completes_the_options_that_the_help_of_the_command_lists()
    {
        foreach ((string path, string help) in _helps)
        {
            IEnumerable<string> options = OptionInHelp().Matches(help).Select(match => match.Groups["name"].Value);

            Assert.That(Words($"{path} --"), Is.EquivalentTo(options), path);
        }
    }

    [Test]
    public void A_space_completes_the_commands_that_the_help_lists()
    {
        foreach ((string path, string help) in _helps.Where(command => CommandsIn(command.Value).Any()))
        {
            Assert.That(Words($"{path} "), Is.EquivalentTo(CommandsIn(help)), path);
        }
    }

    [TestCaseSource(nameof(Lines))]
    public void A_line_is_completed(string line, string words)
    {
        Assert.That(Words(line), Is.EquivalentTo(words.Split(' ')));
    }

    [TestCaseSource(nameof(Unknown))]
    public void A_word_that_is_no_command_or_option_is_not_completed(string line)
    {
        Assert.That(Words(line), Is.Empty);
    }

    private static TestCaseData Line(string line, string words) => new TestCaseData(line, words).SetArgDisplayNames(line);

    /// <summary>Returns the distinct words that the shell offers, without the folders of paths, which not all shells repeat.</summary>
    private IEnumerable<string> Words(string line) => _completed[line].Select(word => word.Trim('\'')).Where(word => word != "data")
        .Select(word => word.Contains("alpha", StringComparison.Ordinal) ? Path.GetFileName(word) : word).Distinct();

    private static async Task<Dictionary<string, string>> ReadHelpsAsync(CliRun cli, string path)
    {
        await cli.RunAsync([.. path.Split(' ').Skip(1), "--help"]);
        var helps = new Dictionary<string, string> { [path] = cli.Output };
        foreach (string command in CommandsIn(cli.Output))
        {
            foreach ((string below, string help) in await ReadHelpsAsync(cli, $"{path} {command}"))
            {
                helps.Add(below, help);
            }
        }

        return helps;
    }

    private static IEnumerable<string> CommandsIn(string help)
    {
        int start = help.IndexOf("\nCommands:", StringComparison.Ordinal);
        return start < 0 ? [] : CommandInHelp().Matches(help[start..].ReplaceLineEndings("\n").Split("\n\n")[0])
            .Select(match => match.Groups["name"].Value);
    }

    [GeneratedRegex("^  (?:-[?h], )*(?<name>--[a-z-]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex OptionInHelp();

    [GeneratedRegex("^  (?<name>[a-z-]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex CommandInHelp();
}
