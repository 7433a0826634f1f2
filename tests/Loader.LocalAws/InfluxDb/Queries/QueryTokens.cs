using System.Text;

namespace Loader.LocalAws.InfluxDb.Queries;

internal enum TokenKind
{
    /// <summary>A keyword, function or unquoted name.</summary>
    Word,

    /// <summary>A name in double quotes.</summary>
    Name,

    /// <summary>A text in single quotes.</summary>
    Text,

    /// <summary>A number, also with the suffix i or u of InfluxQL.</summary>
    Number,

    /// <summary>An operator or punctuation.</summary>
    Sign,

    End,
}

internal readonly record struct Token(TokenKind Kind, string Text)
{
    public bool Is(string word) => Kind is TokenKind.Word or TokenKind.Sign && Text.Equals(word, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A query has none of the forms that the fake answers.</summary>
internal sealed class UnknownQueryException(string why) : Exception(why);

/// <summary>The words of a query in SQL or InfluxQL, whose quotes are the same.</summary>
internal sealed class QueryTokens
{
    private readonly List<Token> _tokens = [];
    private readonly bool _isInfluxQl;
    private int _at;

    public QueryTokens(string query, bool isInfluxQl = false)
    {
        _isInfluxQl = isInfluxQl;
        var at = 0;
        while (at < query.Length)
        {
            at = char.IsWhiteSpace(query[at]) ? at + 1 : Scan(query, at);
        }
    }

    public Token Next => _at < _tokens.Count ? _tokens[_at] : new(TokenKind.End, string.Empty);

    public Token Take()
    {
        var token = Next;
        _at++;
        return token;
    }

    /// <summary>Takes the words if all of them follow.</summary>
    public bool Take(params ReadOnlySpan<string> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (_at + i >= _tokens.Count || !_tokens[_at + i].Is(words[i]))
            {
                return false;
            }
        }

        _at += words.Length;
        return true;
    }

    public void Require(string word)
    {
        if (!Take(word))
        {
            throw new UnknownQueryException($"'{word}' is expected, not '{Next.Text}'.");
        }
    }

    /// <summary>Takes a name, in quotes or without.</summary>
    public string Name() => Take() is { Kind: TokenKind.Name or TokenKind.Word } token ? token.Text : throw new UnknownQueryException("A name is expected.");

    public string Text() => Take() is { Kind: TokenKind.Text } token ? token.Text : throw new UnknownQueryException("A text in single quotes is expected.");

    public void RequireEnd()
    {
        Take(";");
        if (Next.Kind != TokenKind.End)
        {
            throw new UnknownQueryException($"'{Next.Text}' is not expected.");
        }
    }

    private int Scan(string query, int at)
    {
        var first = query[at];
        if (first is '"' or '\'')
        {
            return ScanQuoted(query, at, first);
        }

        var end = at;
        if (char.IsAsciiDigit(first) || (first == '-' && at + 1 < query.Length && char.IsAsciiDigit(query[at + 1])))
        {
            end++;
            while (end < query.Length && (char.IsAsciiLetterOrDigit(query[end]) || query[end] == '.'))
            {
                end++;
            }

            _tokens.Add(new(TokenKind.Number, query[at..end]));
            return end;
        }

        while (end < query.Length && (char.IsAsciiLetterOrDigit(query[end]) || query[end] == '_'))
        {
            end++;
        }

        if (end > at)
        {
            _tokens.Add(new(TokenKind.Word, query[at..end]));
            return end;
        }

        end = at + (at + 1 < query.Length && query[at..(at + 2)] is "<=" or ">=" or "!=" or "<>" ? 2 : 1);
        _tokens.Add(new(TokenKind.Sign, query[at..end]));
        return end;
    }

    /// <summary>A quote inside is doubled (SQL) or escaped by a backslash (InfluxQL).</summary>
    private int ScanQuoted(string query, int at, char quote)
    {
        var text = new StringBuilder();
        for (var i = at + 1; i < query.Length; i++)
        {
            if (_isInfluxQl && query[i] == '\\')
            {
                // influxdata/influxql, scanner.go: a backslash precedes n, a backslash or a quote, and nothing else.
                i++;
                text.Append(i < query.Length && query[i] is '\\' or '\'' or '"' ? query[i]
                    : i < query.Length && query[i] == 'n' ? '\n'
                    : throw new UnknownQueryException("A backslash escapes nothing."));
                continue;
            }

            if (query[i] == quote && (_isInfluxQl || i + 1 == query.Length || query[i + 1] != quote))
            {
                _tokens.Add(new(quote == '"' ? TokenKind.Name : TokenKind.Text, text.ToString()));
                return i + 1;
            }

            if (query[i] == quote)
            {
                i++;
            }

            text.Append(query[i]);
        }

        throw new UnknownQueryException("A quote is not closed.");
    }
}
