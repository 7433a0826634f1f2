using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Loader.Cli.Hosting;
using Loader.Domain;
using Loader.Infrastructure.Sources;
using Loader.Infrastructure.Text;

namespace Loader.Cli.Commands;

/// <summary>The options that leave out files of folders, prefixes and patterns.</summary>
internal sealed class FilterOptions
{
    private readonly Option<string[]> _include = Patterns("--include", "Load only files whose path below the source, or its end, matches");
    private readonly Option<string[]> _exclude = Patterns("--exclude", "Leave out files whose path below the source, or its end, matches");
    private readonly Option<DateTimeOffset?> _since;

    /// <summary>Initializes a new instance of the <see cref="FilterOptions"/> class.</summary>
    /// <param name="host">The host, whose clock counts for durations.</param>
    public FilterOptions(CliHost host) => _since = new Option<DateTimeOffset?>("--since")
    {
        Description = "Load only files that were last modified at this time or later (on disk or in S3): ISO 8601, in UTC unless it has an "
            + "offset, or the time before now, such as 90m, 36h, 7d or 2w",
        HelpName = "TIME|DURATION",
        CustomParser = result => ParseSince(result, host.Time.GetUtcNow()),
    };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_include);
        command.Options.Add(_exclude);
        command.Options.Add(_since);
    }

    /// <summary>Returns what the options leave out.</summary>
    public SourceFilter Get(ParseResult result) => new(
        [.. (result.GetValue(_include) ?? []).Select(Create)],
        [.. (result.GetValue(_exclude) ?? []).Select(Create)],
        result.GetValue(_since));

    private static KeyPattern Create(string pattern) => new(pattern.Replace(Path.DirectorySeparatorChar, '/'));

    private static Option<string[]> Patterns(string name, string description) => new(name)
    {
        Description = $"{description} this pattern: *, ? and **; can be repeated",
        HelpName = "GLOB",
        Arity = ArgumentArity.OneOrMore,
        Validators = { CheckPatterns },
    };

    private static void CheckPatterns(OptionResult result)
    {
        foreach (Token token in result.Tokens)
        {
            string? fault = token.Value.Length == 0 ? "it is empty"
                : token.Value.Length > KeyPattern.MaxLength ? $"it has more than {KeyPattern.MaxLength} characters"
                : token.Value[0] == '/' ? "it begins with a slash, but counts below the source"
                : null;
            if (fault is not null)
            {
                string shown = token.Value.Length <= 60 ? token.Value : token.Value[..60] + "...";
                result.AddError(PlainText.Escape(
                    $"{result.Option.Name} is '{shown}'; {fault}. Write a pattern such as 'year=2024/**' or '*_final.parquet'."));
            }
        }
    }

    private static DateTimeOffset? ParseSince(ArgumentResult result, DateTimeOffset now)
    {
        string text = result.Tokens[0].Value;
        if (ParseDuration(text) is { } duration && duration <= now - DateTimeOffset.MinValue)
        {
            return now - duration;
        }

        if (IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out IsoTime time)
            && time.Seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds()
            && time.Seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return DateTimeOffset.FromUnixTimeSeconds(time.Seconds).AddTicks(time.Nanoseconds / 100);
        }

        result.AddError(PlainText.Escape(
            $"--since is '{text}'; it must be a time such as 2024-01-01 or 2024-01-01T03:00:00-03:00, or a duration such as 90m, 36h, 7d "
            + "or 2w."));
        return null;
    }

    private static TimeSpan? ParseDuration(string text)
    {
        TimeSpan? unit = text is [.., var last] ? last switch
        {
            's' => TimeSpan.FromSeconds(1),
            'm' => TimeSpan.FromMinutes(1),
            'h' => TimeSpan.FromHours(1),
            'd' => TimeSpan.FromDays(1),
            'w' => TimeSpan.FromDays(7),
            _ => null,
        }
        : null;

        // A million weeks is longer than time on disk.
        return unit is { } one
            && int.TryParse(text.AsSpan(..^1), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            && count <= 1_000_000
            ? one * count
            : null;
    }
}
