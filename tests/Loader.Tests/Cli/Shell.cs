using System.Diagnostics;
using Loader.Tests.Support;

namespace Loader.Tests.Cli;

/// <summary>Asks a real shell what it would complete.</summary>
internal static class Shell
{
    private static readonly TimeSpan MaxWait = TimeSpan.FromMinutes(2);

    // readline completes files if the function finds nothing and the script has not forbidden it.
    private const string Bash = """
        source "$1"
        compopt() { text=1; }
        while IFS= read -r line; do
          read -ra COMP_WORDS <<< "$line"
          [[ $line == *' ' ]] && COMP_WORDS+=('')
          COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMPREPLY=() text=
          _loader
          if [[ ${#COMPREPLY[@]} -eq 0 && -z $text ]]; then COMPREPLY=($(compgen -f -- "${COMP_WORDS[COMP_CWORD]}")); fi
          echo "= ${COMPREPLY[*]}"
        done < "$2"
        """;

    // An interactive shell on a terminal of its own. A key runs the completion; what it adds is written to a file.
    private const string Zsh = """
        zmodload zsh/zpty zsh/mapfile
        zpty shell 'TERM=dumb exec zsh -f -i'
        zpty -w shell "PS1=; unsetopt zle_bracketed_paste prompt_sp; stty -echo columns 1000; autoload -Uz compinit; compinit -D -u; source ${(q)1}"
        zpty -w shell 'compadd() { local -a words; builtin compadd -O words "$@"; print -rl -- $words >> found; builtin compadd "$@" }'
        zpty -w shell 'ask() { zle complete-word; zle kill-buffer; zle -I; print -r -- END"MARK" }; zle -N ask; bindkey "^T" ask; print -r -- REA"DY"'
        zpty -m -r shell output '*READY*'
        while IFS= read -r line; do
          : > found
          zpty -n -w shell "$line"$'\C-t'
          zpty -m -r shell output '*ENDMARK*'
          print -r -- "= ${(f)mapfile[found]}"
        done < "$2"
        zpty -d shell
        """;

    private const string Fish = """
        source $argv[1]
        while read -l line
            set -l words (complete -C $line | string replace -r '\t.*' '')
            echo "= $words"
        end < $argv[2]
        """;

    private const string PowerShell = """
        param($script, $lines)
        . $script
        foreach ($line in Get-Content $lines) {
            "= $((TabExpansion2 -inputScript $line -cursorColumn $line.Length).CompletionMatches.CompletionText)"
        }
        """;

    /// <summary>Completes lines, each with the cursor at its end, in a folder.</summary>
    /// <param name="shell">The name of the shell, as <c>loader completion</c> takes it.</param>
    /// <param name="script">The script that <c>loader completion</c> printed.</param>
    /// <param name="folder">The folder that the shell runs in.</param>
    /// <param name="lines">The lines.</param>
    /// <returns>The words that the shell offers for each line, or <see langword="null"/> if the shell is not installed.</returns>
    public static async Task<IReadOnlyDictionary<string, string[]>?> CompleteAsync(
        string shell, string script, string folder, IReadOnlyList<string> lines)
    {
        using var files = new TemporaryFolder();
        string extension = shell == "pwsh" ? ".ps1" : "";
        string completion = Path.Combine(files.Path, "completion" + extension);
        string question = Path.Combine(files.Path, "question" + extension);
        string list = Path.Combine(files.Path, "lines");
        await File.WriteAllTextAsync(completion, script);
        await File.WriteAllTextAsync(list, string.Join('\n', lines) + "\n");
        (string text, string[] options) = shell switch
        {
            "bash" => (Bash, ["--noprofile", "--norc"]),
            "zsh" => (Zsh, ["-f"]),
            "fish" => (Fish, new[] { "--no-config" }),
            _ => (PowerShell, ["-NoProfile", "-NonInteractive", "-File"]),
        };
        await File.WriteAllTextAsync(question, text + "\n");
        if (await TryRunAsync(shell, folder, [.. options, question, completion, list]) is not { } output)
        {
            return null;
        }

        string[] answers = [.. output.ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith("= ", StringComparison.Ordinal))];
        Assert.That(answers, Has.Length.EqualTo(lines.Count), output);
        return lines.Zip(answers).ToDictionary(line => line.First, line => line.Second[2..].Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Runs a program, and returns its standard output, or <see langword="null"/> if it is not installed.</summary>
    public static async Task<string?> TryRunAsync(string program, string folder, IEnumerable<string> arguments)
    {
        string[] places = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (Array.Find(places, place => File.Exists(Path.Combine(place, program))) is not { } place)
        {
            return null;
        }

        var start = new ProcessStartInfo(Path.Combine(place, program), arguments)
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        start.Environment["POWERSHELL_TELEMETRY_OPTOUT"] = "1";
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        using var limit = new CancellationTokenSource(MaxWait);
        Task<string> output = process.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(limit.Token);
        try
        {
            await process.WaitForExitAsync(limit.Token);
            Assert.That(process.ExitCode, Is.Zero, await errors);
            return await output;
        }
        finally
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }
        }
    }
}
