using System.Text;
using Loader.Cli.Reference;

namespace Loader.Cli.Completion;

/// <summary>Writes the completion script for PowerShell.</summary>
internal static class PowerShellCompletion
{
    private const string Head = """
        # Completion of loader for PowerShell, written by: loader completion pwsh
        Register-ArgumentCompleter -Native -CommandName loader -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)

            # What can follow a command: words with their descriptions, and the choices of options ('' for a path or other text).
            $words = @{

        """;

    private const string Tail = """
            }

            $command = 'loader'
            $option = $null
            $onlyFiles = $false
            foreach ($element in $commandAst.CommandElements | Select-Object -Skip 1) {
                if ($element.Extent.EndOffset -ge $cursorPosition) { break }
                $word = $element.Extent.Text
                if ($option) { $option = $null }
                elseif ($word -eq '--') { $onlyFiles = $true }
                elseif ($onlyFiles) { continue }
                elseif ($word.StartsWith('-')) { if ($values.ContainsKey("$command $word")) { $option = $word } }
                elseif ($words.ContainsKey("$command $word")) { $command = "$command $word" }
            }

            # Without a result PowerShell completes paths.
            $prefix = ''
            $current = $wordToComplete
            if ($current.StartsWith('-')) { $option = $null }
            if (-not $option -and $current -match '^(--[a-z0-9-]+)=(.*)$' -and $values.ContainsKey("$command $($Matches[1])")) {
                $option = $Matches[1]
                $prefix = "$option="
                $current = $Matches[2]
            }

            if ($onlyFiles) { return }
            $candidates = if ($option) { $values["$command $option"] | ForEach-Object { , @($_, $_) } } else { $words[$command] }
            foreach ($candidate in $candidates) {
                $text, $description = $candidate
                $isOption = $text.StartsWith('-')
                if ($text.StartsWith($current, [StringComparison]::Ordinal) -and $isOption -eq $current.StartsWith('-')) {
                    $kind = if ($isOption) { 'ParameterName' } else { 'ParameterValue' }
                    [System.Management.Automation.CompletionResult]::new("$prefix$text", $text, $kind, $description)
                }
            }
        }

        """;

    /// <summary>Writes the script.</summary>
    public static string Write(CommandEntry root)
    {
        var script = new StringBuilder(Head);
        foreach (CommandEntry command in root.Flatten())
        {
            script.Append("        ").Append(Quote(command.Path)).Append(" = @(\n");
            foreach (CommandEntry child in command.Commands)
            {
                Add(script, child.Name, child.Description);
            }

            foreach (string choice in CompletionText.ChoicesOf(command))
            {
                Add(script, choice, choice);
            }

            foreach (OptionEntry option in command.AllOptions)
            {
                foreach (string name in option.Names)
                {
                    Add(script, name, option.Description);
                }
            }

            script.Append("        )\n");
        }

        script.Append("    }\n    $values = @{\n");
        foreach (CommandEntry command in root.Flatten())
        {
            foreach (OptionEntry option in command.AllOptions.Where(option => option.Value.Kind != ValueKind.None))
            {
                foreach (string name in option.Names)
                {
                    script.Append("        ").Append(Quote($"{command.Path} {name}")).Append(" = @(")
                        .AppendJoin(", ", option.Value.Choices.Select(Quote)).Append(")\n");
                }
            }
        }

        return script.Append(Tail).ToString();
    }

    private static void Add(StringBuilder script, string word, string description) => script.Append("            , @(")
        .Append(Quote(word)).Append(", ").Append(Quote(CompletionText.Shorten(description))).Append(")\n");

    private static string Quote(string text) => CompletionText.Quote(text, "''");
}
