using System.Globalization;
using Loader.LocalAws.InfluxDb.Storage;

namespace Loader.LocalAws.InfluxDb.Queries;

/// <summary>One column of a result: a column of the table, or a function of the rows.</summary>
/// <param name="Function">count, min, max or sum; null for a column.</param>
/// <param name="Column">The column; <c>*</c> for all.</param>
/// <param name="Name">The name in the result.</param>
internal sealed record SelectItem(string? Function, string Column, string Name);

/// <summary>A condition on one column: a comparison with a text, number or time.</summary>
internal sealed record Condition(string Column, string Comparison, object Value)
{
    public bool Holds(InfluxPoint point)
    {
        var order = Column == InfluxColumn.TimeName ? point.TimeNanoseconds.CompareTo((long)Value) : Compare(point);
        return order is { } sign && Comparison switch
        {
            "=" => sign == 0,
            "!=" or "<>" => sign != 0,
            "<" => sign < 0,
            "<=" => sign <= 0,
            ">" => sign > 0,
            _ => sign >= 0,
        };
    }

    /// <summary>Null if the point lacks the column or its type is another one: then no comparison holds.</summary>
    private int? Compare(InfluxPoint point) => (point.Field(Column), Value) switch
    {
        ({ Type: InfluxType.Text } field, string text) => string.CompareOrdinal(field.Text, text),
        ({ Type: InfluxType.Integer } field, long number) => field.Integer.CompareTo(number),
        ({ Type: InfluxType.Unsigned } field, long number) => ((Int128)field.Unsigned).CompareTo(number),
        ({ Type: InfluxType.Float } field, long number) => field.Float.CompareTo(number),
        ({ Type: InfluxType.Float } field, double number) => field.Float.CompareTo(number),
        (null, string text) when point.Tag(Column) is { } tag => string.CompareOrdinal(tag, text),
        _ => null,
    };
}

/// <summary>
/// <c>SELECT items FROM table [WHERE condition AND …] [GROUP BY columns] [ORDER BY columns [DESC]] [LIMIT n]</c>, the only form of a query over points that the
/// fake answers, in SQL and InfluxQL. Items are <c>*</c>, columns, or <c>count</c>, <c>min</c>, <c>max</c>, <c>sum</c> of a column (<c>count(*)</c> in SQL), with
/// an alias if wanted. Conditions compare a column with a text, a number or a time, joined by AND; conditions in parentheses are joined by OR. A time is a text in RFC 3339, a number of nanoseconds
/// (InfluxQL) or <c>to_timestamp_nanos(n)</c> (SQL).
/// </summary>
internal sealed class PointQuery
{
    private static readonly string[] Functions = ["count", "min", "max", "sum"];
    private static readonly string[] Comparisons = ["=", "!=", "<>", "<", "<=", ">", ">="];

    public required IReadOnlyList<SelectItem> Items { get; init; }

    public required string Table { get; init; }

    public List<Condition> Conditions { get; } = [];

    /// <summary>Groups of conditions of which at least one has to hold in each group.</summary>
    public List<Condition[]> AnyOf { get; } = [];

    /// <summary>All columns that conditions name.</summary>
    public IEnumerable<string> ConditionColumns => Conditions.Concat(AnyOf.SelectMany(group => group)).Select(condition => condition.Column);

    /// <summary>The columns to group by; <c>*</c> means all tags (InfluxQL).</summary>
    public List<string> GroupBy { get; } = [];

    public List<(string Column, bool Descending)> OrderBy { get; } = [];

    public int? Limit { get; private set; }

    public bool IsAggregate => Items.Any(item => item.Function is not null);

    /// <summary>Parses the words after SELECT.</summary>
    public static PointQuery Parse(QueryTokens tokens)
    {
        var items = new List<SelectItem> { Item(tokens) };
        while (tokens.Take(","))
        {
            items.Add(Item(tokens));
        }

        tokens.Require("FROM");
        var query = new PointQuery { Items = items, Table = tokens.Name() };
        if (tokens.Take("WHERE"))
        {
            do
            {
                if (tokens.Take("("))
                {
                    query.AnyOf.Add(Group(tokens));
                }
                else
                {
                    query.Conditions.Add(Where(tokens));
                }
            }
            while (tokens.Take("AND"));
        }

        query.ParseRest(tokens);
        return query;
    }

    public static long Time(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
        ? InfluxBucket.Nanoseconds(time)
        : throw new UnknownQueryException($"'{text}' is no time.");

    /// <summary>The points that satisfy the conditions, in the order of their time.</summary>
    public List<InfluxPoint> Select(InfluxTable table) =>
        [.. table.Enumerate()
            .Where(point => Conditions.TrueForAll(condition => condition.Holds(point))
                && AnyOf.TrueForAll(group => Array.Exists(group, condition => condition.Holds(point))))
            .OrderBy(point => point.TimeNanoseconds)];

    private static SelectItem Item(QueryTokens tokens)
    {
        if (tokens.Take("*"))
        {
            return new(null, "*", "*");
        }

        var word = tokens.Next;
        var name = tokens.Name();
        string? function = null;
        if (word.Kind == TokenKind.Word && Functions.Contains(name, StringComparer.OrdinalIgnoreCase) && tokens.Take("("))
        {
            function = name.ToUpperInvariant();
            name = tokens.Take("*") ? "*" : tokens.Name();
            tokens.Require(")");
        }

        return new(function, name, tokens.Take("AS") ? tokens.Name() : DefaultName(function, name));
    }

    private static string DefaultName(string? function, string column) => function switch
    {
        null => column,
        "COUNT" => column == "*" ? "count(*)" : "count",
        "MIN" => "min",
        "MAX" => "max",
        _ => "sum",
    };

    private static Condition[] Group(QueryTokens tokens)
    {
        var group = new List<Condition> { Where(tokens) };
        while (tokens.Take("OR"))
        {
            group.Add(Where(tokens));
        }

        tokens.Require(")");
        return [.. group];
    }

    private static Condition Where(QueryTokens tokens)
    {
        var column = tokens.Name();
        var comparison = tokens.Take();
        if (comparison.Kind != TokenKind.Sign || !Comparisons.Contains(comparison.Text, StringComparer.Ordinal))
        {
            throw new UnknownQueryException($"'{comparison.Text}' is no comparison.");
        }

        return new(column, comparison.Text, column == InfluxColumn.TimeName ? TimeValue(tokens) : Value(tokens));
    }

    private static object TimeValue(QueryTokens tokens)
    {
        if (tokens.Take("to_timestamp_nanos", "("))
        {
            var number = Value(tokens);
            tokens.Require(")");
            return number as long? ?? throw new UnknownQueryException("to_timestamp_nanos takes a number.");
        }

        return Value(tokens) switch
        {
            string text => Time(text),
            long number => number,
            var other => throw new UnknownQueryException($"'{other}' is no time."),
        };
    }

    private static object Value(QueryTokens tokens)
    {
        var token = tokens.Take();
        return token.Kind switch
        {
            TokenKind.Text => token.Text,
            TokenKind.Number when long.TryParse(token.Text.TrimEnd('i'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) => number,
            TokenKind.Number when double.TryParse(token.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) => number,
            _ => throw new UnknownQueryException($"'{token.Text}' is no text or number."),
        };
    }

    private void ParseRest(QueryTokens tokens)
    {
        if (tokens.Take("GROUP", "BY"))
        {
            do
            {
                GroupBy.Add(tokens.Take("*") ? "*" : tokens.Name());
            }
            while (tokens.Take(","));
        }

        if (tokens.Take("ORDER", "BY"))
        {
            do
            {
                var column = tokens.Name();
                var isDescending = tokens.Take("DESC");
                _ = isDescending || tokens.Take("ASC");
                OrderBy.Add((column, isDescending));
            }
            while (tokens.Take(","));
        }

        if (tokens.Take("LIMIT"))
        {
            Limit = int.Parse(tokens.Take().Text, NumberStyles.None, CultureInfo.InvariantCulture);
        }

        tokens.RequireEnd();
    }
}
