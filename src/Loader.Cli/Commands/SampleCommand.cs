using System.CommandLine;
using System.Globalization;
using Loader.Cli.Output;
using Loader.Cli.Samples;
using Loader.Domain;
using Spectre.Console;

namespace Loader.Cli.Commands;

/// <summary><c>loader sample</c>: writes sample files.</summary>
internal static class SampleCommand
{
    /// <summary>What the help of the command adds.</summary>
    public const string Notes =
        """
        The files load without a fault, and the same arguments give the same bytes.

        Examples:
          loader sample samples                             the files in this project's samples folder
          loader sample /tmp/lake --days 365 --seed 7
          loader sample /tmp/big --dataset generation --rows 10000000
        """;

    public static Command Create(CliHost host)
    {
        var folder = new Argument<string>("folder")
        {
            Description = "Where to write; made when it does not exist, and files of the same name are overwritten",
            Validators = { UnknownOptions.Refuse },
        };
        Option<DatasetType?> dataset = SharedOptions.Dataset("Only this dataset");
        Option<int?> days = new("--days")
        {
            Description = $"Days from {SampleSettings.Begin.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} (default: {SampleSettings.DefaultDays}, or as many as --rows takes at one row an hour and series)",
            HelpName = "N",
            CustomParser = result => (int?)Whole(result, "--days", 1, 80_000),
        };
        Option<long?> rows = new("--rows")
        {
            Description = "Rows of each dataset (default: one an hour and series); together with --days the time between rows follows",
            HelpName = "N",
            CustomParser = result => Whole(result, "--rows", 1, 1_000_000_000),
        };
        Option<long?> seed = new("--seed")
        {
            Description = "Picks the noise in the values (default: 1)",
            HelpName = "N",
            CustomParser = result => Whole(result, "--seed", 0, long.MaxValue),
        };
        var command = new Command("sample", "Write realistic sample files under Hive-style keys, dataset=…/year=…/month=…") { folder, dataset, days, rows, seed };
        command.SetAction((result, _) => ExecuteAsync(host, new SampleSettings
        {
            Folder = result.GetValue(folder)!,
            Dataset = result.GetValue(dataset),
            Days = result.GetValue(days),
            Rows = result.GetValue(rows),
            Seed = result.GetValue(seed) ?? 1,
        }));
        return command;
    }

    private static async Task<int> ExecuteAsync(CliHost host, SampleSettings settings)
    {
        try
        {
            foreach (SampleDataset sample in SampleDataset.All)
            {
                if (settings.Dataset is null || settings.Dataset == sample.Dataset)
                {
                    foreach ((string path, long rows) in await SampleFiles.WriteAsync(sample, settings, host.Signals.Stop).ConfigureAwait(false))
                    {
                        host.Output.MarkupLine($"{Words.Safe(path)}: {Words.Of(rows, "row")}");
                    }
                }
            }

            return ExitCode.Success;
        }
        catch (OperationCanceledException) when (host.Signals.Stop.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            host.Error.MarkupLine($"[red]{Words.Safe(settings.Folder)} cannot be written: {Words.Safe(PlainText.Escape(exception.Message))}[/]");
            return ExitCode.Usage;
        }
    }

    private static long? Whole(System.CommandLine.Parsing.ArgumentResult result, string name, long least, long most)
    {
        string text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= least && number <= most)
        {
            return number;
        }

        result.AddError($"{name} is '{text}'; allowed is a whole number from {least} to {most}.");
        return null;
    }
}
