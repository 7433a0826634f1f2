using Loader.Application.Results;
using Loader.Cli.Output;
using Spectre.Console;

namespace Loader.Cli.Checking;

/// <summary>Prints the settings, one line for each check, and a summary.</summary>
internal static class CheckView
{
    private const string Indent = "         ";

    /// <summary>Prints the settings.</summary>
    public static void ShowSettings(IAnsiConsole output, IReadOnlyList<ShownSetting> settings)
    {
        var table = new TextTable(new TextColumn("Setting"), new TextColumn("Value"), new TextColumn("From"));
        foreach (ShownSetting setting in settings)
        {
            table.AddRow(setting.Name, setting.Value ?? "(not set)", setting.Value is null ? "" : setting.Source);
        }

        output.Write(table);
    }

    /// <summary>Prints a result: its status, what was checked and found, and what to do on a line of its own.</summary>
    public static void Show(IAnsiConsole output, CheckResult result)
    {
        (string color, string status) = result.Status switch
        {
            CheckStatus.Ok => ("green", "ok     "),
            CheckStatus.Warning => ("yellow", "warning"),
            CheckStatus.Failed => ("red", "failed "),
            _ => ("grey", "skipped"),
        };
        output.MarkupLine($"[{color}]{status}[/]  {Markup.Escape(result.Name)}: {Markup.Escape(result.Found)}");
        if (result.Remedy is { } remedy)
        {
            output.MarkupLine($"{Indent}{Markup.Escape(remedy)}");
        }
    }

    /// <summary>Prints the number of results by status.</summary>
    public static void ShowSummary(IAnsiConsole output, IReadOnlyList<CheckResult> results)
    {
        string counts = string.Join(", ", ((CheckStatus[])[CheckStatus.Ok, CheckStatus.Warning, CheckStatus.Failed, CheckStatus.Skipped])
            .Select(status => $"{results.Count(result => result.Status == status)} {CheckDocument.NameOf(status)}"));
        output.WriteLine();
        output.MarkupLine($"{counts}. Nothing was stored.");
    }
}
