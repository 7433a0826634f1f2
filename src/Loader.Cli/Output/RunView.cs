using System.Globalization;
using Loader.Application.Results;
using Loader.Cli.DuckDb;
using Loader.Cli.Loading;
using Loader.Domain;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Shows the result of a run to a person: the ledger, what went wrong, and what the destination holds or would cost.</summary>
internal static class RunView
{
    private const int FilesShown = 20;

    /// <summary>Says that there was nothing to load, and what would be.</summary>
    public static string NothingMatched(RunResult result) =>
        $"Nothing to load: no *.parquet file below {string.Join(", ", result.Unmatched.Select(PlainText.Escape))}. A source is a file, a folder, s3://bucket/key or s3://bucket/prefix/.";

    /// <summary>Shows the ledger and what is now in the destination.</summary>
    public static void Show(IAnsiConsole output, RunResult result, RunSettings settings)
    {
        if (result.Files.Count > 0)
        {
            output.Write(LedgerTable.Of(result, FilesShown, output.Profile.Width));
        }

        ShowInvalid(output, result);
        ShowTables(output, result, settings);
        if (settings.Sink == SinkKind.None && result.Files.Count > 0)
        {
            ShowEstimate(output, CostEstimate.Of(result.Effort, settings.PricePerMillionWrites));
        }
    }

    /// <summary>Says what went wrong and what can be done.</summary>
    public static void ShowProblems(IAnsiConsole error, RunResult result)
    {
        FileResult[] failed = [.. result.Files.Where(file => file.Failure is not null)];
        foreach (FileResult file in failed.Take(FilesShown))
        {
            error.MarkupLine(MessageOf(file));
        }

        if (failed.Length > FilesShown)
        {
            error.MarkupLine($"… and {Words.Of(failed.Length - FilesShown, "failure")} more; --json lists them all.");
        }

        if (result.MatchedNothing)
        {
            error.MarkupLine($"[red]{Markup.Escape(NothingMatched(result))}[/]");
        }
        else
        {
            foreach (string source in result.Unmatched)
            {
                error.MarkupLine($"[yellow]warning:[/] there is no *.parquet file below {Words.Safe(source)}.");
            }
        }

        if (result.Skipped > 0)
        {
            error.MarkupLine($"{Words.Of(result.Skipped, "file")} had been loaded by the run that is resumed, and {(result.Skipped == 1 ? "is" : "are")} unchanged since.");
        }

        if (result.WasInterrupted)
        {
            string left = result.NotStarted > 0 ? $" {Words.Of(result.NotStarted, "file")} {(result.NotStarted == 1 ? "was" : "were")} not begun." : "";
            error.MarkupLine($"[yellow]Interrupted.[/]{left} Run the same command with --resume to go on.");
        }
    }

    /// <summary>Messages of the loader name the file; whatever else comes does not.</summary>
    private static string MessageOf(FileResult file)
    {
        string message = file.Failure is LoadException known
            ? known.Message
            : $"an unexpected {file.Failure!.GetType().Name}, which is a defect of the loader: {file.Failure.Message} Please report it with what --verbose prints.";
        string name = PlainText.Escape(file.Name);
        return message.Contains(name, StringComparison.Ordinal)
            ? $"[red]{Words.Safe(message)}[/]"
            : $"[red]{Markup.Escape(name)}[/]: {Words.Safe(message)}";
    }

    private static void ShowInvalid(IAnsiConsole output, RunResult result)
    {
        string reasons = string.Join(", ", result.Files
            .SelectMany(file => file.Report?.InvalidByReason ?? new Dictionary<Domain.RejectionReason, long>())
            .GroupBy(pair => pair.Key)
            .OrderBy(group => group.Key)
            .Select(group => $"{Words.Of(group.Sum(pair => pair.Value))} {group.Key}"));
        if (reasons.Length > 0)
        {
            output.MarkupLine($"Invalid: {reasons}.");
        }

        string[] places = [.. result.Files.Select(file => file.Report?.RejectedRowsLocation).OfType<string>().Distinct()];
        if (places.Length > 0)
        {
            string more = places.Length > 1 ? $" and {Words.Of(places.Length - 1, "place")} more" : "";
            output.MarkupLine($"Rows that were not stored are kept under {Words.Safe(places[0])}{more}.");
        }
    }

    private static void ShowTables(IAnsiConsole output, RunResult result, RunSettings settings)
    {
        if (result.Tables.Count == 0)
        {
            return;
        }

        output.MarkupLine($"{Words.Safe(settings.DuckDbFile)} now holds:");
        foreach (TableSummary table in result.Tables)
        {
            TableChanges changes = table.Changes;
            string span = table is { Earliest: { } earliest, Latest: { } latest } ? $", {Words.Of(earliest)} to {Words.Of(latest)} UTC" : "";
            output.MarkupLine(
                $"  {table.Dataset.Name}: {Words.Of(table.Rows, "row")} in {Words.Of(table.Series)} series{span}, {RegionsOf(table)}; "
                + $"inserted {Words.Of(changes.Inserted)}, updated {Words.Of(changes.Updated)}, unchanged {Words.Of(changes.Unchanged)}");
        }

        TableChanges all = result.Tables.Aggregate(default(TableChanges), (sum, table) => sum + table.Changes);
        if (all.Inserted + all.Updated == 0)
        {
            output.MarkupLine("Nothing changed: the tables are as they were.");
        }
    }

    private static string RegionsOf(TableSummary table)
    {
        const int Shown = 8;
        string regions = string.Join(", ", table.Regions.Take(Shown).Select(Words.Safe));
        return table.Regions.Count switch
        {
            0 => "no regions",
            1 => $"region {regions}",
            > Shown => $"regions {regions} and {table.Regions.Count - Shown} more",
            _ => $"regions {regions}",
        };
    }

    private static void ShowEstimate(IAnsiConsole output, CostEstimate estimate)
    {
        output.MarkupLine("Nothing was written. Writing this to Timestream would take:");
        output.MarkupLine($"  {Words.Of(estimate.Requests, "request")} with {Words.OfBytes(estimate.Bytes)} of bodies");
        output.MarkupLine(
            $"  {Words.Of(estimate.WriteUnits, "write unit")} of 1 KiB; {Words.Of(estimate.WriteUnitsPlain)} with nothing in common attributes");
        output.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  USD {estimate.Cost:0.00####}; {estimate.CostPlain:0.00####} with nothing in common attributes, at an assumed USD {estimate.PricePerMillionWrites:0.00##} per million write units (--price-per-million-writes)"));
    }
}
