using System.Globalization;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Cli.Verifying;
using Loader.Domain;
using Loader.DuckDb.Comparing;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Prints the result of <c>verify</c>: a line per file, then the worst series and the first differences.</summary>
internal static class VerifyView
{
    /// <summary>The number of files whose differences, failures and estimates are printed.</summary>
    public const int MaxFilesShown = VerifySummary.MaxShown;

    /// <summary>The number of series of a file that are printed.</summary>
    private const int MaxSeriesShown = 5;

    private static readonly (string Name, Func<VerifyCounts, long> Count, bool IsAlwaysShown)[] Counts =
    [
        ("Read", counts => counts.Read, true),
        ("Stored", counts => counts.Compared.Stored, true),
        ("Missing", counts => counts.Compared.Missing, true),
        ("Different", counts => counts.Compared.Different, true),
        ("Superseded", counts => counts.Compared.Superseded, true),
        ("Foreign", counts => counts.Compared.Foreign, true),
        ("Duplicate", counts => counts.Compared.Duplicates, false),
        ("Invalid", counts => counts.Invalid, false),
        ("Filtered", counts => counts.Filtered, false),
    ];

    /// <summary>Prints the failure of one file.</summary>
    public static void ShowFailure(IAnsiConsole error, FileVerification file)
    {
        string message = file.Failure is LoadException known
            ? known.Message
            : $"unexpected {file.Failure!.GetType().Name}: {file.Failure.Message} This is a bug in the loader. Please report it with the "
                + "output of --verbose.";
        string name = PlainText.Escape(file.Name);
        error.MarkupLine(
            message.Contains(name, StringComparison.Ordinal) || file.Failure is ConfigurationException { File: null }
                ? $"[red]{ConsoleFormat.Escape(message)}[/]"
                : $"[red]{Markup.Escape(name)}[/]: {ConsoleFormat.Escape(message)}");
    }

    /// <summary>Prints what the queries of a file are expected to cost.</summary>
    public static void ShowEstimate(IAnsiConsole error, FileVerification file, QueryEstimate estimate)
    {
        QueryCost cost = QueryCost.From(estimate);
        error.MarkupLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{ConsoleFormat.Escape(file.Name)}: estimated {ConsoleFormat.Count(cost.Queries)} "
            + $"{(cost.Queries == 1 ? "query" : "queries")} that scan {ConsoleFormat.Size(cost.Bytes)}, USD {cost.Cost:0.00####} at an "
            + $"assumed USD {cost.PricePerGigabyte:0.00##} per GB"));
    }

    /// <summary>Prints that rows are missing and will be asked for again.</summary>
    public static void ShowWait(IAnsiConsole error, FileVerification file, long missing, TimeSpan wait) => error.MarkupLine(
        $"{ConsoleFormat.Escape(file.Name)}: {ConsoleFormat.Count(missing, "row")} {(missing == 1 ? "is" : "are")} missing; asking again "
        + $"in {ConsoleFormat.Duration(wait)}, because writes become visible with a delay");

    /// <summary>Prints the counts and the differences.</summary>
    public static void Show(IAnsiConsole output, VerifySummary summary)
    {
        if (summary.Count == 0)
        {
            return;
        }

        IReadOnlyList<FileVerification> shown = summary.Show();
        output.Write(CreateTable(summary, shown));
        output.MarkupLine(
            $"{ConsoleFormat.Count(summary.Total.Read, "row")} in {ConsoleFormat.Duration(summary.Elapsed)}. Nothing was written.");
        foreach (FileVerification file in shown)
        {
            ShowDetails(output, file);
        }

        ShowNotes(output, summary, shown);
    }

    /// <summary>Prints the warnings. The failures were printed when they occurred.</summary>
    /// <param name="error">Standard error.</param>
    /// <param name="summary">The result of the run.</param>
    /// <param name="isQuiet">Whether only errors are printed.</param>
    public static void ShowProblems(IAnsiConsole error, VerifySummary summary, bool isQuiet)
    {
        long failures = summary.CountOf(VerifyStatus.Failed);
        if (failures > MaxFilesShown)
        {
            error.MarkupLine(
                $"... and {ConsoleFormat.Count(failures - MaxFilesShown, "more failure")}. Use --json to list all of them.");
        }

        if (summary.FoundNothing)
        {
            error.MarkupLine($"[red]{Markup.Escape(summary.DescribeNothingFound())}[/]");
            return;
        }

        if (!isQuiet)
        {
            foreach (string source in summary.EmptySources)
            {
                error.MarkupLine($"[yellow]warning:[/] {Markup.Escape(LoadSummary.DescribeEmpty(source))}.");
            }

            if (summary.SkippedByReason.Total > 0)
            {
                error.MarkupLine($"Skipped {summary.SkippedByReason.Describe()}.");
            }
        }

        if (summary.WasInterrupted)
        {
            error.MarkupLine(
                $"[yellow]Interrupted.[/] {ConsoleFormat.Count(summary.NotStarted, "file")} "
                + $"{(summary.NotStarted == 1 ? "was" : "were")} not started.");
        }
    }

    private static TextTable CreateTable(VerifySummary summary, IReadOnlyList<FileVerification> shown)
    {
        var counts = Counts.Where(count => count.IsAlwaysShown || count.Count(summary.Total) != 0).ToArray();
        string folder = LedgerTable.CommonFolder([.. shown.Select(file => file.Name)]);
        var table = new TextTable(
            [
                new TextColumn(folder.Length == 0 ? "File" : $"File in {PlainText.Escape(folder)}") { IsName = true },
                new TextColumn("Dataset") { LeftOutAs = 1 },
                .. counts.Select(count => new TextColumn(count.Name) { IsRightAligned = true }),
                new TextColumn("Status"),
            ]);
        foreach (FileVerification file in shown)
        {
            AddRow(PlainText.Escape(file.Name[folder.Length..]), file.Dataset?.Name ?? "", file.Counts, file.Status);
        }

        if (summary.Count > shown.Count)
        {
            table.AddRow($"... and {ConsoleFormat.Count(summary.Count - shown.Count, "more file")}");
        }

        table.AddRow();
        AddRow(ConsoleFormat.Count(summary.Count, "file"), "", summary.Total, summary.Status);
        return table;

        void AddRow(string name, string dataset, VerifyCounts row, VerifyStatus status) =>
            table.AddRow([name, dataset, .. counts.Select(count => ConsoleFormat.Count(count.Count(row))), status.ToName()]);
    }

    private static void ShowDetails(IAnsiConsole output, FileVerification file)
    {
        if (file.Status != VerifyStatus.Differs)
        {
            return;
        }

        output.WriteLine();
        output.MarkupLine($"{ConsoleFormat.Escape(file.Name)}, {ConsoleFormat.Escape(file.Table!.Name)}:");
        if (file.Table.Missing is { } missing)
        {
            output.MarkupLine($"  [yellow]{ConsoleFormat.Escape(missing)}[/] All rows are missing.");
            return;
        }

        SeriesVerification[] worst = [.. file.Series.Where(series => series.Counts.Differences > 0)];
        if (worst.Length > 0)
        {
            output.MarkupLine($"  {ConsoleFormat.Count(worst.Length)} of {ConsoleFormat.Count(file.SeriesCount)} series differ:");
            foreach (SeriesVerification series in worst.Take(MaxSeriesShown))
            {
                output.MarkupLine($"    {Describe(series.Series)}: {Describe(series.Counts)}");
            }

            if (worst.Length > MaxSeriesShown)
            {
                output.MarkupLine($"    ... and {ConsoleFormat.Count(worst.Length - MaxSeriesShown)} more");
            }
        }

        foreach (IGrouping<DifferenceKind, RowDifference> kind in file.Differences.GroupBy(difference => difference.Found.Kind))
        {
            output.MarkupLine($"  {Heading(kind.Key, file.Counts.Compared, kind.Count())}:");
            foreach (RowDifference difference in kind)
            {
                output.MarkupLine($"    {Describe(difference)}");
            }
        }
    }

    private static void ShowNotes(IAnsiConsole output, VerifySummary summary, IReadOnlyList<FileVerification> shown)
    {
        ComparisonCounts total = summary.Total.Compared;
        var notes = new List<string>();
        if (total.StoredByOlderVersion > 0)
        {
            notes.Add(
                $"{ConsoleFormat.Count(total.StoredByOlderVersion, "stored row")} {(total.StoredByOlderVersion == 1 ? "has" : "have")} the "
                + "value of the file and an older version: this version of the file was not loaded.");
        }

        if (total.TwoSources > 0)
        {
            notes.Add(
                $"[yellow]warning:[/] two sources wrote the same version of {ConsoleFormat.Count(total.TwoSources, "record")}. Load one of "
                + "them again with --version now.");
        }

        if (total.Different > 0 && shown.Any(file => file is { Table.HasVersions: false, Counts.Compared.Different: > 0 }))
        {
            notes.Add("Versions cannot be read here: a different value may be a newer one.");
        }

        notes.AddRange(shown.Select(file => file.Table?.Note).OfType<string>().Distinct().Select(ConsoleFormat.Escape));
        if (notes.Count > 0)
        {
            output.WriteLine();
            notes.ForEach(output.MarkupLine);
        }
    }

    private static string Heading(DifferenceKind kind, ComparisonCounts counts, int shown)
    {
        (string text, long count) = kind switch
        {
            DifferenceKind.Missing => ("Missing", counts.Missing),
            DifferenceKind.Different => ("Different", counts.Different),
            DifferenceKind.Superseded => ("Superseded", counts.Superseded),
            DifferenceKind.Foreign => ("Foreign", counts.Foreign),
            _ => ("Two sources of one version", counts.TwoSources),
        };
        return count > shown ? $"{text}, the first {ConsoleFormat.Count(shown)} of {ConsoleFormat.Count(count)}" : text;
    }

    private static string Describe(ComparisonCounts counts) => string.Join(", ", new[]
    {
        (Count: counts.Missing, Name: "missing"),
        (Count: counts.Different, Name: "different"),
        (Count: counts.Foreign, Name: "foreign"),
    }.Where(part => part.Count > 0).Select(part => $"{ConsoleFormat.Count(part.Count)} {part.Name}"));

    private static string Describe(RowDifference difference)
    {
        Difference found = difference.Found;
        string time = difference.Time is { } instant
            ? instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFFZ", CultureInfo.InvariantCulture)
            : found.Time.ToString(CultureInfo.InvariantCulture);
        string column = difference.SourceColumn is { } name ? $", column {ConsoleFormat.Escape(name)}" : "";
        string place = found.Row is { } row
            ? string.Create(CultureInfo.InvariantCulture, $"row group {row.RowGroup}, row {difference.SourceRow}{column}: ")
            : "";
        string file = found.Row is { } own ? string.Create(CultureInfo.InvariantCulture, $", file {own.Value}") : "";
        string stored = found.StoredValue is { } value ? string.Create(CultureInfo.InvariantCulture, $", stored {value}") : "";
        string version = found.StoredVersion is { } known
            ? string.Create(CultureInfo.InvariantCulture, $" (version {known}{(found.Row is { } r ? $", file {r.Version}" : "")})")
            : "";
        string unit = found.HasOtherUnit ? ", in another unit" : "";
        return $"{place}{Describe(difference.Series)} at {time}{file}{stored}{version}{unit}";
    }

    private static string Describe(Series series) => ConsoleFormat.Escape(string.Join(
        ", ",
        series.Dimensions.Where(dimension => dimension.Name != ColumnNames.DatasetType)
            .Select(dimension => $"{dimension.Name}={dimension.Value}")));
}
