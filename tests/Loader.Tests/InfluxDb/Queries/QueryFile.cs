using System.Globalization;
using System.Text.RegularExpressions;
using Loader.Tests.Support;

namespace Loader.Tests.InfluxDb.Queries;

/// <summary>What a person chooses at the top of the dashboard.</summary>
internal sealed record Choice(string Table, string SourceColumn, IReadOnlyList<string> Regions, IReadOnlyList<string> Sources, DateTime From, DateTime To, string Step = "1h", int BucketHours = 1);

/// <summary>A query in deploy/influxdb/queries.</summary>
internal sealed partial class QueryFile
{
    private QueryFile(string language, string name, string text)
    {
        Language = language;
        Name = name;
        Text = text;
    }

    /// <summary>Gets all queries.</summary>
    public static IReadOnlyList<QueryFile> All { get; } =
    [
        .. Directory.EnumerateFiles(Path.Combine(Folder, "queries"), "*.*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) != ".md")
            .Select(Read),
    ];

    /// <summary>Gets the folder of the queries and dashboards.</summary>
    public static string Folder => Path.Combine(Repository.Root, "deploy", "influxdb");

    /// <summary>Gets sql, influxql or flux: the name of the folder.</summary>
    public string Language { get; }

    /// <summary>Gets the name without its extension.</summary>
    public string Name { get; }

    /// <summary>Gets the query without the comment at its head.</summary>
    public string Text { get; }

    /// <summary>Returns the query of this language and name.</summary>
    public static QueryFile Get(string language, string name) => All.Single(file => file.Language == language && file.Name == name);

    /// <summary>
    /// Replaces variables and macros as Grafana does: its formats <c>regex</c> and <c>sqlstring</c>, <c>$timeFilter</c> of InfluxQL and
    /// <c>$__timeFilter</c> of SQL. Fails if a variable is left.
    /// </summary>
    public string Fill(Choice choice)
    {
        string filled = Text
            .Replace("${table}", choice.Table, StringComparison.Ordinal)
            .Replace("${source_column}", choice.SourceColumn, StringComparison.Ordinal)
            .Replace("${step}", choice.Step, StringComparison.Ordinal)
            .Replace("${bucket}", choice.BucketHours.ToString(CultureInfo.InvariantCulture) + (Language == "sql" ? " hours" : "h"), StringComparison.Ordinal)
            .Replace("${region:regex}", RegexOf(choice.Regions), StringComparison.Ordinal)
            .Replace("${source:regex}", RegexOf(choice.Sources), StringComparison.Ordinal)
            .Replace("${region:sqlstring}", SqlTexts(choice.Regions), StringComparison.Ordinal)
            .Replace("${source:sqlstring}", SqlTexts(choice.Sources), StringComparison.Ordinal)
            .Replace("$timeFilter", $"time >= {Milliseconds(choice.From)}ms and time <= {Milliseconds(choice.To)}ms", StringComparison.Ordinal)
            .Replace("$__timeFilter(time)", $"time >= '{Text3339(choice.From)}' AND time <= '{Text3339(choice.To)}'", StringComparison.Ordinal);
        return Variable().Match(filled) is { Success: true } left ? throw new AssertionException($"{Language}/{Name}: {left.Value} is not replaced.") : filled;
    }

    private static QueryFile Read(string path)
    {
        string[] lines = File.ReadAllLines(path);
        IEnumerable<string> query = lines.SkipWhile(line => line.StartsWith("--", StringComparison.Ordinal) || line.StartsWith("//", StringComparison.Ordinal));
        return new QueryFile(Path.GetFileName(Path.GetDirectoryName(path)!), Path.GetFileNameWithoutExtension(path), string.Join('\n', query));
    }

    private static string RegexOf(IReadOnlyList<string> values)
    {
        string[] escaped = [.. values.Select(value => Special().Replace(value, @"\$0"))];
        return escaped.Length == 1 ? escaped[0] : $"({string.Join('|', escaped)})";
    }

    private static string SqlTexts(IEnumerable<string> values) => string.Join(',', values.Select(value => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'"));

    private static string Milliseconds(DateTime time) => new DateTimeOffset(time).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    private static string Text3339(DateTime time) => time.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"[\\^$*+?.()|\[\]{}/]", RegexOptions.None, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Special();

    [GeneratedRegex(@"\$(\{|__)[^\s]*|\$[a-z]\w*", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex Variable();
}
