using System.CommandLine;
using System.Globalization;
using Loader.Cli.Hosting;
using Loader.Cli.Output;
using Loader.Cli.Samples;
using Loader.Domain;
using Spectre.Console;

namespace Loader.Cli.Commands;

/// <summary><c>loader sample</c>: writes sample files.</summary>
internal static class SampleCommand
{
    /// <summary>The text after the options in the command's help.</summary>
    public const string Notes =
        """
        All rows of the files are valid. The same arguments give the same bytes.

        Examples:
          loader sample samples                             writes the files of this project's samples folder
          loader sample /tmp/lake --days 365 --seed 7
          loader sample /tmp/big --dataset generation --rows 10000000
        """;

    public static Command Create(CliHost host)
    {
        var folder = new Argument<string>("folder")
        {
            Description = "Folder to write to, created if it does not exist; files with the same names are overwritten",
            Validators = { UnknownOptions.Check },
        };
        Option<DatasetType?> dataset = SharedOptions.Dataset("Write only this dataset");
        Option<int?> days = new("--days")
        {
            Description = $"Number of days from {SampleSettings.FirstTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)} "
                + $"(default: {SampleSettings.DefaultDays}, or as many as --rows needs at one row per hour and series)",
            HelpName = "N",
            CustomParser = result => (int?)ParseWholeNumber(result, "--days", 1, 80_000),
        };
        Option<long?> rows = new("--rows")
        {
            Description = "Number of rows per dataset (default: one per hour and series); with --days, the rows are spread evenly over "
                + "the days",
            HelpName = "N",
            CustomParser = result => ParseWholeNumber(result, "--rows", 1, 1_000_000_000),
        };
        Option<long?> seed = new("--seed")
        {
            Description = "Seed of the random part of the values (default: 1)",
            HelpName = "N",
            CustomParser = result => ParseWholeNumber(result, "--seed", 0, long.MaxValue),
        };
        var command = new Command(
            "sample", "Write realistic sample files with Hive-style keys, dataset=TYPE/year=YYYY/month=MM")
        {
            folder, dataset, days, rows, seed,
        };
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
                    foreach ((string path, long rowCount) in await SampleWriter.WriteAsync(
                        sample, settings, host.Signals.Stop).ConfigureAwait(false))
                    {
                        host.Output.MarkupLine($"{ConsoleFormat.Escape(path)}: {ConsoleFormat.Count(rowCount, "row")}");
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
            host.Error.MarkupLine(
                $"[red]Cannot write to {ConsoleFormat.Escape(settings.Folder)}: "
                + $"{ConsoleFormat.Escape(PlainText.Escape(exception.Message))}[/]");
            return ExitCode.Usage;
        }
    }

    private static long? ParseWholeNumber(System.CommandLine.Parsing.ArgumentResult result, string name, long minimum, long maximum)
    {
        string text = result.Tokens[0].Value;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) && number >= minimum && number <= maximum)
        {
            return number;
        }

        result.AddError($"{name} is '{text}'; it must be a whole number from {minimum} to {maximum}.");
        return null;
    }
}
