using Loader.Cli.Inspecting;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Inspecting;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Prints the result of inspecting a file.</summary>
internal static class InspectView
{
    private const int MaxRowGroupsShown = 12;

    public static void Show(IAnsiConsole output, InspectResult result)
    {
        output.MarkupLine($"[bold]{ConsoleFormat.Escape(result.File.ToString())}[/]");
        if (result.Inspection is { } inspection)
        {
            ShowFile(output, result, inspection);
            output.Write(CreateColumnTable(inspection));
            foreach ((string name, string? value) in inspection.FromKey)
            {
                output.MarkupLine($"From the key: {ConsoleFormat.Escape(name)} = {ConsoleFormat.Escape(value ?? "null")}");
            }

            output.Write(CreateRowGroupTable(inspection));
            MappingView.ShowFile(output, inspection);
        }

        if (result.Rows is { } rows)
        {
            if (result.Inspection is { Mapping: not null } mapped)
            {
                MappingView.ShowRows(output, mapped, rows);
            }

            ShowRows(output, rows);
        }
        else if (result.RowsBeforeFailure > 0)
        {
            output.MarkupLine($"Read {ConsoleFormat.Count(result.RowsBeforeFailure, "row")} before the failure.");
        }

        if (result.Faults.Count == 0)
        {
            output.MarkupLine("[green]A load would accept this file.[/]");
            return;
        }

        output.MarkupLine(result.IsUnread ? "[red]This file could not be read:[/]" : "[red]A load would refuse this file:[/]");
        foreach (string fault in result.Faults)
        {
            output.MarkupLine($"  - {ConsoleFormat.Escape(fault)}");
        }
    }

    private static void ShowFile(IAnsiConsole output, InspectResult result, ParquetInspection inspection)
    {
        string writer = inspection.CreatedBy is { } createdBy ? $", written by {ConsoleFormat.Escape(createdBy)}" : "";
        string version = inspection.VersionId is { } id ? $", version {ConsoleFormat.Escape(id)}" : "";
        output.MarkupLine(
            $"{ConsoleFormat.Count(inspection.Rows, "row")} in {ConsoleFormat.Count(inspection.RowGroups.Count, "row group")}, "
            + $"{ConsoleFormat.Size(inspection.Bytes)}, "
            + $"dataset {result.Dataset?.Name ?? "unknown"}{writer}");
        output.MarkupLine(
            $"Last modified {ConsoleFormat.Time(inspection.LastModified)} UTC, ETag {ConsoleFormat.Escape(inspection.ETag)}{version}");
    }

    private static TextTable CreateColumnTable(ParquetInspection inspection)
    {
        var table = new TextTable(
            new TextColumn("Column") { IsName = true },
            new TextColumn("Type"),
            new TextColumn("Used for"),
            new TextColumn("Codec") { LeftOutAs = 2 },
            Number("Compressed") with { LeftOutAs = 3 },
            Number("Uncompressed") with { LeftOutAs = 1 });
        foreach (InspectedColumn column in inspection.Columns)
        {
            table.AddRow(
                PlainText.Escape(Quote(column.Name)),
                PlainText.Escape(column.Type),
                column.Use ?? "not read",
                PlainText.Escape(string.Join(", ", column.Codecs)),
                Size(column.CompressedBytes),
                Size(column.UncompressedBytes));
        }

        return table;
    }

    private static TextColumn Number(string heading) => new(heading) { IsRightAligned = true };

    /// <summary>Puts a name in quotes if its first or last character is a blank, which nobody would see otherwise.</summary>
    private static string Quote(string name) => name.AsSpan().Trim().Length == name.Length && name.Length > 0 ? name : $"'{name}'";

    private static string Size(long? bytes) => bytes is { } known ? ConsoleFormat.Size(known) : "";

    private static TextTable CreateRowGroupTable(ParquetInspection inspection)
    {
        var table = new TextTable(
            Number("Row group"), Number("Rows"), Number("Compressed"), Number("To read"), Number("Max. memory"));
        foreach ((int index, InspectedRowGroup group) in inspection.RowGroups.Index().Take(MaxRowGroupsShown))
        {
            table.AddRow(
                ConsoleFormat.Count(index),
                ConsoleFormat.Count(group.Rows),
                ConsoleFormat.Size(group.CompressedBytes),
                Size(group.NeededBytes),
                Size(group.MemoryBytes));
        }

        if (inspection.RowGroups.Count > MaxRowGroupsShown)
        {
            table.AddRow($"... {ConsoleFormat.Count(inspection.RowGroups.Count - MaxRowGroupsShown)} more");
        }

        return table;
    }

    private static void ShowRows(IAnsiConsole output, RowSummary rows)
    {
        string range = rows is { Earliest: { } earliest, Latest: { } latest }
            ? $", {ConsoleFormat.Time(earliest)} to {ConsoleFormat.Time(latest)} UTC"
            : "";
        output.MarkupLine($"Read {ConsoleFormat.Count(rows.RowCount, "row")} in {ConsoleFormat.Count(rows.SeriesCount)} series{range}");
        ShowReasons(output, "Invalid", rows.Invalid);
        ShowReasons(output, "Filtered", rows.Filtered);
    }

    private static void ShowReasons(IAnsiConsole output, string outcome, SortedDictionary<RejectionReason, long> counts)
    {
        if (counts.Count > 0)
        {
            output.MarkupLine(
                $"{outcome}: {string.Join(", ", counts.Select(pair => $"{ConsoleFormat.Count(pair.Value)} {pair.Key}"))}.");
        }
    }
}
