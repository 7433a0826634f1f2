using Loader.Cli.Output;
using Loader.Infrastructure.Parquet.Inspecting;
using Spectre.Console;

namespace Loader.Cli.Inspecting;

/// <summary>Shows to a person what was found out about a file.</summary>
internal static class InspectView
{
    private const int RowGroupsShown = 12;

    public static void Show(IAnsiConsole output, InspectResult result)
    {
        output.MarkupLine($"[bold]{Words.Safe(result.File.ToString())}[/]");
        if (result.Inspection is { } inspection)
        {
            ShowFile(output, result, inspection);
            output.Write(ColumnTable(inspection));
            foreach ((string name, string value) in inspection.FromKey)
            {
                output.MarkupLine($"From the key: {Words.Safe(name)} = {Words.Safe(value)}");
            }

            output.Write(RowGroupTable(inspection));
        }

        if (result.Content is { } content)
        {
            ShowContent(output, content);
        }

        if (result.Faults.Count == 0)
        {
            output.MarkupLine("[green]A load would take this file.[/]");
            return;
        }

        output.MarkupLine("[red]A load would refuse this file:[/]");
        foreach (string fault in result.Faults)
        {
            output.MarkupLine($"  - {Words.Safe(fault)}");
        }
    }

    private static void ShowFile(IAnsiConsole output, InspectResult result, ParquetInspection inspection)
    {
        string writer = inspection.CreatedBy is { } createdBy ? $", written by {Words.Safe(createdBy)}" : "";
        string version = inspection.VersionId is { } id ? $", version {Words.Safe(id)}" : "";
        output.MarkupLine(
            $"{Words.Of(inspection.Rows, "row")} in {Words.Of(inspection.RowGroups.Count, "row group")}, {Words.OfBytes(inspection.Bytes)}, "
            + $"dataset {result.Dataset?.Name ?? "unknown"}{writer}");
        output.MarkupLine($"last modified {Words.Of(inspection.LastModified)} UTC, ETag {Words.Safe(inspection.ETag)}{version}");
    }

    private static Table ColumnTable(ParquetInspection inspection)
    {
        Table table = new Table().Border(TableBorder.Simple).AddColumns("Column", "Type", "Used for", "Codec");
        table.AddColumn(new TableColumn("In the file").RightAligned());
        table.AddColumn(new TableColumn("Uncompressed").RightAligned());
        foreach (InspectedColumn column in inspection.Columns)
        {
            table.AddRow(
                Words.Name(column.Name),
                Words.Safe(column.Type),
                column.Use ?? "[grey]not read[/]",
                Words.Safe(string.Join(", ", column.Codecs)),
                Words.OfBytes(column.CompressedBytes),
                Words.OfBytes(column.UncompressedBytes));
        }

        return table;
    }

    private static Table RowGroupTable(ParquetInspection inspection)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (string heading in (string[])["Row group", "Rows", "In the file", "To be read", "Memory at most"])
        {
            table.AddColumn(new TableColumn(heading).RightAligned());
        }

        foreach ((int index, InspectedRowGroup group) in inspection.RowGroups.Index().Take(RowGroupsShown))
        {
            table.AddRow(
                Words.Of(index), Words.Of(group.Rows), Words.OfBytes(group.CompressedBytes), Words.OfBytes(group.NeededBytes),
                group.MemoryBytes == 0 ? "" : Words.OfBytes(group.MemoryBytes));
        }

        if (inspection.RowGroups.Count > RowGroupsShown)
        {
            table.AddRow($"… {Words.Of(inspection.RowGroups.Count - RowGroupsShown)} more");
        }

        return table;
    }

    private static void ShowContent(IAnsiConsole output, ContentSummary content)
    {
        string span = content is { Earliest: { } earliest, Latest: { } latest } ? $", {Words.Of(earliest)} to {Words.Of(latest)} UTC" : "";
        output.MarkupLine($"{Words.Of(content.Rows, "row")} read: {Words.Of(content.Series)} series{span}");
        if (content.Invalid.Count > 0)
        {
            output.MarkupLine($"Invalid: {string.Join(", ", content.Invalid.Select(pair => $"{Words.Of(pair.Value)} {pair.Key}"))}.");
        }
    }
}
