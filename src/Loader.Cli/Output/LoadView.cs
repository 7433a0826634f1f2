using System.Globalization;
using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Domain;
using Loader.DuckDb;
using Loader.Infrastructure.InfluxDb;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Prints the result of a run: the ledger, the errors, and the contents of the tables or the estimated effort.</summary>
internal static class LoadView
{
    /// <summary>The maximum number of files in the ledger, and of failures.</summary>
    public const int MaxFilesShown = FileResults.MaxSucceeded;

    /// <summary>Prints the failure of one file.</summary>
    public static void ShowFailure(IAnsiConsole error, FileResult file) => error.MarkupLine(FormatFailure(file));

    /// <summary>Prints the ledger and the contents of the destination.</summary>
    public static void Show(IAnsiConsole output, LoadSummary summary, LoadSettings settings)
    {
        if (summary.Files.Count > 0)
        {
            output.Write(LedgerTable.Create(summary, MaxFilesShown, output.Profile.Width, settings.IsDryRun));
            ShowTime(output, summary);
        }

        ShowInvalidRows(output, summary);
        if (settings.IsReplay && summary.Files.Count > 0)
        {
            ShowReplay(output, summary.Total);
        }

        if (summary.Quality is { } quality && summary.Files.Count > 0)
        {
            QualityTable.Show(output, quality);
        }

        ShowTables(output, summary, settings);
        if (settings.IsDryRun && summary.Files.Count > 0)
        {
            output.MarkupLine("This was a dry run: nothing was written.");
        }

        if (settings.IsDryRun && settings.Sink == SinkKind.Timestream && summary.Files.Count > 0)
        {
            ShowEstimate(output, CostEstimate.From(summary.Effort, settings.PricePerMillionWrites));
        }
        else if (summary is { InfluxDb: { } estimate, Files.Count: > 0 })
        {
            ShowEstimate(output, estimate);
        }
    }

    /// <summary>Prints the warnings, and how to continue an interrupted run. The failures were printed when they occurred.</summary>
    /// <param name="error">Standard error.</param>
    /// <param name="summary">The result of the run.</param>
    /// <param name="isQuiet">Whether only errors are printed.</param>
    public static void ShowProblems(IAnsiConsole error, LoadSummary summary, bool isQuiet)
    {
        if (summary.Files.FailureCount > MaxFilesShown)
        {
            error.MarkupLine(
                $"... and {ConsoleFormat.Count(summary.Files.FailureCount - MaxFilesShown, "more failure")}. "
                + "Use --json to list all of them.");
        }

        if (summary.FoundNothing)
        {
            error.MarkupLine($"[red]{Markup.Escape(summary.DescribeNothingFound())}[/]");
        }
        else if (!isQuiet)
        {
            foreach (string source in summary.EmptySources)
            {
                error.MarkupLine($"[yellow]warning:[/] {Markup.Escape(LoadSummary.DescribeEmpty(source))}.");
            }
        }

        if (!isQuiet)
        {
            ShowNotes(error, summary);
        }

        if (summary.WasInterrupted)
        {
            string left = summary.NotStarted > 0
                ? $" {ConsoleFormat.Count(summary.NotStarted, "file")} {(summary.NotStarted == 1 ? "was" : "were")} not started."
                : "";
            error.MarkupLine($"[yellow]Interrupted.[/]{left} Run the same command with --resume to continue.");
        }
    }

    private static void ShowNotes(IAnsiConsole error, LoadSummary summary)
    {
        if (summary.SkippedByReason.Total > 0 && !summary.FoundNothing)
        {
            error.MarkupLine($"Skipped {summary.SkippedByReason.Describe()}.");
        }

        if (summary.Skipped > 0)
        {
            error.MarkupLine(
                $"Skipped {ConsoleFormat.Count(summary.Skipped, "file")} that the interrupted run had loaded and that did not change.");
        }

        if (InfluxDbText.FindWarning(summary.InfluxDb) is { } warning)
        {
            error.MarkupLine($"[yellow]warning:[/] {Markup.Escape(warning)}");
        }
    }

    /// <summary>Formats a failure. Most messages of the loader contain the file's name; it is added to the others.</summary>
    private static string FormatFailure(FileResult file)
    {
        string message = file.Failure is LoadException known
            ? known.Message
            : $"unexpected {file.Failure!.GetType().Name}: {file.Failure.Message} This is a bug in the loader. Please report it with the "
                + "output of --verbose.";
        string name = PlainText.Escape(file.Name);

        // Wrong settings are the same for every file: the first one that met them is not their cause.
        return message.Contains(name, StringComparison.Ordinal) || file.Failure is ConfigurationException { File: null }
            ? $"[red]{ConsoleFormat.Escape(message)}[/]"
            : $"[red]{Markup.Escape(name)}[/]: {ConsoleFormat.Escape(message)}";
    }

    private static void ShowTime(IAnsiConsole output, LoadSummary summary)
    {
        string rate = summary.Elapsed > TimeSpan.Zero && summary.Total.Read > 0
            ? $", {ConsoleFormat.Count((long)Math.Round(summary.Total.Read / summary.Elapsed.TotalSeconds))} rows/s"
            : "";
        output.MarkupLine(
            $"{ConsoleFormat.Count(summary.Total.Read, "row")} in {ConsoleFormat.Duration(summary.Elapsed)}{rate}");
        output.WriteLine();
    }

    private static void ShowInvalidRows(IAnsiConsole output, LoadSummary summary)
    {
        LoadTotals totals = summary.Files.Totals;
        string reasons = string.Join(", ", totals.InvalidByReason.Select(pair => $"{ConsoleFormat.Count(pair.Value)} {pair.Key}"));
        if (reasons.Length > 0)
        {
            output.MarkupLine($"Invalid: {reasons}.");
        }

        string filtered = string.Join(", ", totals.FilteredByReason.Select(pair => $"{ConsoleFormat.Count(pair.Value)} {pair.Key}"));
        if (filtered.Length > 0)
        {
            output.MarkupLine($"Filtered: {filtered}.");
        }

        if (totals.ConflictingDuplicates > 0)
        {
            output.MarkupLine(
                $"Conflicting: {ConsoleFormat.Count(totals.ConflictingDuplicates, "duplicate row")} "
                + "with another value than the stored one.");
        }

        long ambiguous = totals.AmbiguousTimes;
        if (ambiguous > 0)
        {
            output.MarkupLine(
                $"Ambiguous: {ConsoleFormat.Count(ambiguous, "local time")} that {(ambiguous == 1 ? "occurs" : "occur")} twice in "
                + "SOURCE_TIME_ZONE, but once in a file, read as the earlier instant.");
        }

        IReadOnlyCollection<string> places = summary.Files.RejectedRowsLocations;
        if (places.Count > 0)
        {
            string atLeast = places.Count == FileResults.MaxOthers ? "at least " : "";
            string more = places.Count > 1 ? $" and {atLeast}{ConsoleFormat.Count(places.Count - 1, "more folder")}" : "";
            output.MarkupLine($"Rows that were not stored are kept in {ConsoleFormat.Escape(places.Min(StringComparer.Ordinal)!)}{more}.");
        }
    }

    private static void ShowReplay(IAnsiConsole output, Ledger total)
    {
        long newer = total.Superseded + total.Duplicate;
        output.MarkupLine(
            $"Of {ConsoleFormat.Count(total.Read, "kept row")}, {ConsoleFormat.Count(total.Written)} are stored now, "
            + $"{ConsoleFormat.Count(total.Invalid + total.Rejected)} are still refused"
            + (newer > 0 ? $", {ConsoleFormat.Count(newer)} were not needed because a newer value is stored." : "."));
    }

    private static void ShowTables(IAnsiConsole output, LoadSummary summary, LoadSettings settings)
    {
        if (summary.Tables.Count == 0)
        {
            return;
        }

        output.MarkupLine($"{ConsoleFormat.Escape(settings.DuckDbFile)} now contains:");
        foreach (TableSummary table in summary.Tables)
        {
            TableChanges changes = table.Changes;
            string range = table is { Earliest: { } earliest, Latest: { } latest }
                ? $", {ConsoleFormat.Time(earliest)} to {ConsoleFormat.Time(latest)} UTC"
                : "";
            output.MarkupLine(
                $"  {table.Dataset.Name}: "
                + $"{ConsoleFormat.Count(table.RowCount, "row")} in {ConsoleFormat.Count(table.SeriesCount)} series{range}, "
                + $"{FormatRegions(table)}; inserted {ConsoleFormat.Count(changes.Inserted)}, "
                + $"updated {ConsoleFormat.Count(changes.Updated)}, unchanged {ConsoleFormat.Count(changes.Unchanged)}");
        }

        TableChanges all = summary.Tables.Aggregate(default(TableChanges), (sum, table) => sum + table.Changes);
        if (all.Inserted + all.Updated == 0)
        {
            output.MarkupLine("Nothing changed: no rows were inserted or updated.");
        }
    }

    private static string FormatRegions(TableSummary table)
    {
        const int Shown = 8;
        string regions = string.Join(", ", table.Regions.Take(Shown).Select(ConsoleFormat.Escape));
        return table.Regions.Count switch
        {
            0 => "no regions",
            1 => $"region {regions}",
            > Shown => $"regions {regions} and {table.Regions.Count - Shown} more",
            _ => $"regions {regions}",
        };
    }

    private static void ShowEstimate(IAnsiConsole output, InfluxDbEstimate estimate)
    {
        output.MarkupLine($"Writing the rows to {InfluxDbText.Place(estimate)} would take:");
        output.MarkupLine($"  {InfluxDbText.Requests(estimate)}");
        output.MarkupLine($"  {InfluxDbText.Points(estimate)}");
        output.MarkupLine(InfluxDbText.Growth(estimate));
    }

    private static void ShowEstimate(IAnsiConsole output, CostEstimate estimate)
    {
        output.MarkupLine("Writing the rows to Timestream would take:");
        output.MarkupLine(
            $"  {ConsoleFormat.Count(estimate.Requests, "request")} with bodies of {ConsoleFormat.Size(estimate.Bytes)} in total");
        output.MarkupLine(
            $"  {ConsoleFormat.Count(estimate.WriteUnits, "write unit")} of 1 KiB ({ConsoleFormat.Count(estimate.WriteUnitsPlain)} "
                + "without common attributes)");
        output.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  USD {estimate.Cost:0.00####} ({estimate.CostPlain:0.00####} without common attributes), assuming USD "
            + $"{estimate.PricePerMillionWrites:0.00##} per million write units (--price-per-million-writes)"));
    }
}
