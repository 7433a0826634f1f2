using System.Globalization;
using System.Text;

namespace Loader.LocalAws.Timestream.Queries;

/// <summary>
/// The only form of a query that is answered, which is the one that the loader sends:
/// <code>
/// SELECT time, measure_value::double, "dimension" … FROM "database"."table" WHERE time BETWEEN from_nanoseconds(n) AND from_nanoseconds(n)
///   AND measure_name = 'name' AND "dimension" = 'value' AND "dimension" IN ('value', …) …
/// </code>
/// </summary>
internal sealed class QueryStatement
{
    private readonly string _text;
    private int _at;

    private QueryStatement(string text) => _text = text;

    public List<string> Dimensions { get; } = [];

    public string Database { get; private set; } = string.Empty;

    public string Table { get; private set; } = string.Empty;

    public long From { get; private set; }

    public long To { get; private set; }

    public string MeasureName { get; private set; } = string.Empty;

    public List<(string Dimension, HashSet<string> Values)> Conditions { get; } = [];

    /// <summary>Parses a query. Any other is a ValidationException.</summary>
    public static QueryStatement Parse(string text)
    {
        var statement = new QueryStatement(text);
        statement.Parse();
        return statement;
    }

    private void Parse()
    {
        Require("SELECT time, measure_value::double");
        while (Take(", "))
        {
            Dimensions.Add(Quoted('"'));
        }

        Require(" FROM ");
        Database = Quoted('"');
        Require(".");
        Table = Quoted('"');
        Require(" WHERE time BETWEEN from_nanoseconds(");
        From = Number();
        Require(") AND from_nanoseconds(");
        To = Number();
        Require(") AND measure_name = ");
        MeasureName = Quoted('\'');
        while (Take(" AND "))
        {
            Conditions.Add(Condition());
        }

        if (_at != _text.Length)
        {
            throw Unknown();
        }
    }

    private (string Dimension, HashSet<string> Values) Condition()
    {
        var dimension = Quoted('"');
        if (Take(" = "))
        {
            return (dimension, [Quoted('\'')]);
        }

        Require(" IN (");
        var values = new HashSet<string>(StringComparer.Ordinal) { Quoted('\'') };
        while (Take(", "))
        {
            values.Add(Quoted('\''));
        }

        Require(")");
        return (dimension, values);
    }

    private bool Take(string words)
    {
        if (string.CompareOrdinal(_text, _at, words, 0, words.Length) != 0)
        {
            return false;
        }

        _at += words.Length;
        return true;
    }

    private void Require(string words)
    {
        if (!Take(words))
        {
            throw Unknown();
        }
    }

    /// <summary>A text in quotes; a quote in it is doubled.</summary>
    private string Quoted(char quote)
    {
        Require(quote.ToString());
        var text = new StringBuilder();
        while (_at < _text.Length)
        {
            var next = _text[_at++];
            if (next != quote)
            {
                text.Append(next);
            }
            else if (_at < _text.Length && _text[_at] == quote)
            {
                text.Append(quote);
                _at++;
            }
            else
            {
                return text.ToString();
            }
        }

        throw Unknown();
    }

    private long Number()
    {
        var start = _at;
        while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || (_at == start && _text[_at] == '-')))
        {
            _at++;
        }

        return long.TryParse(_text.AsSpan(start, _at - start), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : throw Unknown();
    }

    private Http.ServiceException Unknown() =>
        TimestreamError.Validation($"line 1:{(_at + 1).ToString(CultureInfo.InvariantCulture)}: the local server does not know this form of a query.");
}
