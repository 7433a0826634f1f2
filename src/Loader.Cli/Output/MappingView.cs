using System.Globalization;
using Loader.Cli.Inspecting;
using Loader.Domain;
using Loader.Infrastructure.Parquet.Inspecting;
using Spectre.Console;

namespace Loader.Cli.Output;

/// <summary>Prints mappings, and what one makes of a file.</summary>
internal static class MappingView
{
    private const int MaxCellLength = 40;

    /// <summary>Prints the result of <c>mapping check</c>.</summary>
    public static void ShowCheck(IAnsiConsole output, MappingDocument result)
    {
        output.MarkupLine($"[bold]{ConsoleFormat.Escape(result.Location)}[/]");
        if (result.File is not { } file)
        {
            foreach (DescribedMapping mapping in result.Mappings)
            {
                string keys = mapping.Keys.Count == 0 ? "all keys" : string.Join(", ", mapping.Keys);
                output.MarkupLine($"{ConsoleFormat.Escape(mapping.Name)}: {mapping.Dataset}, for {ConsoleFormat.Escape(keys)}");
                output.Write(CreateFieldTable(mapping.Fields));
            }

            output.MarkupLine($"[green]{ConsoleFormat.Count(result.Mappings.Count, "mapping")} without faults.[/]");
            return;
        }

        if (result.Applied is { } applied)
        {
            output.MarkupLine($"{ConsoleFormat.Escape(file)} is read with {ConsoleFormat.Escape(applied.Name)}:");
            output.Write(CreateFieldTable(result.Fields ?? []));
        }

        if (result.Faults.Count == 0)
        {
            output.MarkupLine(result.Applied is null
                ? $"{ConsoleFormat.Escape(file)} holds rows that the loader kept, which are read without a mapping."
                : "[green]The mapping fits the columns of this file.[/]");
            return;
        }

        output.MarkupLine(result.Applied is null ? "[red]No mapping applies:[/]" : "[red]The mapping does not fit this file:[/]");
        ShowList(output, result.Faults);
    }

    /// <summary>Prints a list of plain texts.</summary>
    public static void ShowList(IAnsiConsole output, IEnumerable<string> items)
    {
        foreach (string item in items)
        {
            output.MarkupLine($"  - {ConsoleFormat.Escape(item)}");
        }
    }

    /// <summary>Prints the mapping of a file; nothing if none applies.</summary>
    public static void ShowFile(IAnsiConsole output, ParquetInspection inspection)
    {
        if (inspection.Mapping is { } mapping)
        {
            output.MarkupLine($"Mapping {ConsoleFormat.Escape(mapping.Name)}, SHA-256 {mapping.Sha256}");
            output.Write(CreateFieldTable(inspection.Fields));
        }
    }

    /// <summary>Prints the first rows before and after the mapping.</summary>
    public static void ShowRows(IAnsiConsole output, ParquetInspection inspection, RowSummary rows)
    {
        if (inspection.FirstRows.Count == 0)
        {
            return;
        }

        output.MarkupLine("First rows in the file:");
        string[] columns = [.. inspection.FirstRows[0].Columns.Keys];
        var before = new TextTable([Number("Row"), .. columns.Select(column => new TextColumn(Cell(column)))]);
        foreach (InspectedRow row in inspection.FirstRows)
        {
            before.AddRow([ConsoleFormat.Count(row.Row), .. columns.Select(column => Cell(row.Columns.GetValueOrDefault(column)))]);
        }

        output.Write(before);
        output.MarkupLine("The same rows with the mapping, times in UTC:");
        output.Write(CreateRecordTable(rows.First));
    }

    private static TextTable CreateRecordTable(IReadOnlyList<SampleRow> rows)
    {
        bool isWide = rows.Any(row => row.Column is not null);
        bool hasFlags = rows.Any(row => row.Fields.GetValueOrDefault(ColumnNames.QualityFlag) is not null);
        string[] fields =
        [
            .. rows.SelectMany(row => row.Fields.Keys).Distinct()
                .Where(field => field != ColumnNames.Unit && (hasFlags || field != ColumnNames.QualityFlag)),
        ];
        var table = new TextTable(
        [
            Number("Row"),
            .. isWide ? [new TextColumn("Column")] : Array.Empty<TextColumn>(),
            new TextColumn("Time"),
            .. fields.Select(field => new TextColumn(field)),
            Number("Value"),
            new TextColumn("Unit"),
            new TextColumn("Not stored"),
        ]);
        foreach (SampleRow row in rows)
        {
            table.AddRow(
            [
                ConsoleFormat.Count(row.Row),
                .. isWide ? [Cell(row.Column)] : Array.Empty<string>(),
                row.Time is { } time ? Time(time) : "",
                .. fields.Select(field => row.Fields.Count == 0 ? "" : Cell(row.Fields.GetValueOrDefault(field))),
                row.Value is { } value ? value.ToString("R", CultureInfo.InvariantCulture) : "",
                row.Fields.Count == 0 ? "" : Cell(row.Fields.GetValueOrDefault(ColumnNames.Unit)),
                row.Reason is null ? "" : row.IsFiltered ? $"filtered: {Describe(row.Reason)}" : $"invalid: {row.Reason}",
            ]);
        }

        return table;
    }

    private static string Describe(string reason) => reason == nameof(RejectionReason.Filtered) ? "where" : reason;

    private static TextTable CreateFieldTable(IReadOnlyList<InspectedField> fields)
    {
        var table = new TextTable(new TextColumn("Field"), new TextColumn("Comes from"), new TextColumn("Rules"));
        foreach (InspectedField field in fields)
        {
            table.AddRow(field.Field, field.Source, field.Rules ?? "");
        }

        return table;
    }

    private static string Time(DateTimeOffset time) =>
        time.UtcTicks % TimeSpan.TicksPerSecond == 0
            ? ConsoleFormat.Time(time)
            : time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);

    /// <summary>Blanks around a text are shown by quotes, and a null by its name.</summary>
    private static string Cell(string? text)
    {
        if (text is null)
        {
            return "null";
        }

        bool hasBlanks = text.Length == 0 || text.AsSpan().Trim().Length < text.Length;
        string cut = text.Length <= MaxCellLength ? text : text[..MaxCellLength] + "...";
        return PlainText.Escape(hasBlanks ? $"'{cut}'" : cut);
    }

    private static TextColumn Number(string heading) => new(heading) { IsRightAligned = true };
}
