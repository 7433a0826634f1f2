using System.Globalization;
using System.Text;
using Loader.LocalAws.Http;
using Loader.LocalAws.InfluxDb.Lines;
using Loader.LocalAws.InfluxDb.Storage;

namespace Loader.LocalAws.InfluxDb;

/// <summary>
/// <c>POST /api/v3/write_lp</c> and engine 3's copy of <c>/api/v2/write</c> (InfluxDB reference, section 2; influxdata/influxdb branch main,
/// influxdb3_server/src/http.rs, influxdb3_write/src/write_buffer/validator.rs, influxdb3_types/src/write.rs).
/// </summary>
internal sealed class Write3(InfluxStore store, LocalInfluxOptions options, RequestLog log)
{
    private const int ShownBytes = 20;

    public Reply HandleLineProtocol(InfluxRequest request)
    {
        if (request.Query("db") is not { } database)
        {
            return InfluxReply.Untyped(400, "missing query parameter 'db'");
        }

        if (request.Query("no_sync") is { } noSync && !string.Equals(noSync, "false", StringComparison.Ordinal))
        {
            // Section 2: no_sync answers before the data is durable. The loader must never send it, so the fake fails instead of following.
            log.AddFailure(new InvalidOperationException("The client sent no_sync, which answers before the data is durable."));
            return InfluxReply.Untyped(500, "This fake refuses no_sync: the answer would come before the data is durable.");
        }

        if (Unit(request.Query("precision"), isAutoAllowed: true) is not { } unit)
        {
            return InfluxReply.Untyped(400, $"serde error: unknown variant `{request.Query("precision")}`, expected one of `auto`, `second`, `millisecond`, `microsecond`, `nanosecond`");
        }

        var acceptPartial = request.Query("accept_partial") ?? "true";
        if (acceptPartial is not ("true" or "false"))
        {
            return InfluxReply.Untyped(400, "serde error: provided string was not `true` or `false`");
        }

        if (DatabaseName.Fault(database) is { } fault)
        {
            return InfluxReply.UntypedJson(400, new { error = fault });
        }

        try
        {
            var errors = Write(database, InfluxBody.Read(request, options), acceptPartial is "true", unit);
            return errors.Count == 0 ? InfluxReply.NoContent() : Partial(errors);
        }
        catch (BodyException refused)
        {
            return InfluxReply.Untyped(refused.Fault == BodyFault.TooLarge ? 413 : 400, refused.Message);
        }
        catch (RefusedLineException first)
        {
            // Section 2: with accept_partial=false, data is one object, the first error.
            return InfluxReply.UntypedJson(400, new { error = "line protocol parsing error", data = first.Line.Json() });
        }
        catch (EmptyWriteException)
        {
            return InfluxReply.Untyped(400, EmptyWriteException.Text);
        }
        catch (CatalogException limit)
        {
            return InfluxReply.UntypedJson(422, new { error = limit.Message });
        }
    }

    /// <summary>Section 2: nothing is stored if a line is refused; the first error is told without a line number.</summary>
    public Reply HandleCopyOf2(InfluxRequest request)
    {
        if (request.Query("bucket") is not { Length: > 0 } database)
        {
            return InfluxReply.Error2(400, "invalid", "no bucket is specified");
        }

        // The table in section 2 also allows m and h, which the source does not know; they are refused.
        if (Unit(request.Query("precision") ?? "ns", isAutoAllowed: false) is not { } unit)
        {
            return InfluxReply.Error2(400, "invalid", $"unknown variant `{request.Query("precision")}`");
        }

        if (DatabaseName.Fault(database) is { } fault)
        {
            return InfluxReply.Error2(400, "invalid", fault);
        }

        try
        {
            Write(database, InfluxBody.Read(request, options), acceptPartial: false, unit);
            return InfluxReply.NoContent();
        }
        catch (BodyException refused)
        {
            return refused.Fault == BodyFault.TooLarge
                ? InfluxReply.Error2(413, "request too large", refused.Message)
                : InfluxReply.Error2(400, "invalid", refused.Message);
        }
        catch (RefusedLineException first)
        {
            return InfluxReply.Error2(400, "invalid", $"write buffer error: line protocol parse failed: {first.Line.Message}");
        }
        catch (EmptyWriteException)
        {
            return InfluxReply.Error2(400, "invalid", $"write buffer error: {EmptyWriteException.Text}");
        }
        catch (CatalogException limit)
        {
            return InfluxReply.Error2(400, "invalid", $"write buffer error: catalog update error: {limit.Message}");
        }
    }

    // Section 2: names and short forms. 0 means that the unit is guessed from the magnitude.
    private static long? Unit(string? precision, bool isAutoAllowed) => precision switch
    {
        null or "auto" when isAutoAllowed => 0,
        "second" or "s" => 1_000_000_000,
        "millisecond" or "ms" => 1_000_000,
        "microsecond" or "us" or "u" => 1_000,
        "nanosecond" or "ns" or "n" => 1,
        _ => null,
    };

    // Section 2: 422 if a limit of tables or columns was hit, else 400. Limits are told from other errors by the beginning of the message.
    private static Reply Partial(List<LineError> errors)
    {
        var isLimit = errors.Exists(error => error.Message.StartsWith("Update to schema would exceed number of", StringComparison.Ordinal));
        return InfluxReply.UntypedJson(
            isLimit ? 422 : 400,
            new { error = "partial write of line protocol occurred", data = errors.Select(error => error.Json()) });
    }

    private List<LineError> Write(string database, string body, bool acceptPartial, long unit)
    {
        lock (store.Gate)
        {
            var existing = store.Find(database);
            if (existing is null)
            {
                store.RequireRoom();
            }

            var transaction = new Transaction(store, existing, options, unit);
            var errors = transaction.Take(body, acceptPartial);
            if (transaction.Rows.Count == 0 && errors.Count == 0)
            {
                // The transaction of an empty write is committed too, so a missing database is made by it.
                _ = existing ?? store.Add(new(database));
                throw new EmptyWriteException();
            }

            // Section 2: a missing database, table or column is made silently, also by a line that is refused.
            transaction.Commit(existing ?? store.Add(new(database)));
            return errors;
        }
    }

    private sealed class RefusedLineException(LineError line) : Exception(line.Message)
    {
        public LineError Line { get; } = line;
    }

    private sealed class EmptyWriteException : Exception
    {
        public const string Text = "incoming write was empty";
    }

    /// <summary>A refused line. Section 2: numbers count from 1, over lines that are neither empty nor comments; the line is cut to 20 bytes.</summary>
    private sealed record LineError(string Message, int Number, string Line)
    {
        public object Json() => new { error_message = Message, line_number = Number, original_line = Cut(Line) };

        private static string Cut(string line)
        {
            var length = 0;
            var bytes = 0;
            foreach (var rune in line.EnumerateRunes())
            {
                bytes += rune.Utf8SequenceLength;
                if (bytes > ShownBytes)
                {
                    return line[..length];
                }

                length += rune.Utf16SequenceLength;
            }

            return line;
        }
    }

    private readonly record struct PendingRow(string Table, ParsedLine Line, long Time);

    /// <summary>The schema as the lines change it, before it is committed.</summary>
    private sealed class Transaction(InfluxStore store, InfluxBucket? database, LocalInfluxOptions options, long unit)
    {
        private readonly Dictionary<string, InfluxColumns> _changed = new(StringComparer.Ordinal);
        private readonly long _now = InfluxBucket.Nanoseconds(options.TimeProvider.GetUtcNow());
        private int _newTables;

        public List<PendingRow> Rows { get; } = [];

        public List<LineError> Take(string body, bool acceptPartial)
        {
            var errors = new List<LineError>();

            // A refused line is quoted by counting newlines of the body, so empty lines and comments shift the quotation (validator.rs). Send neither.
            var quoted = body.Split('\n');
            var number = 0;
            foreach (var result in LineProtocol3.Parse(body))
            {
                number++;
                if (Refusal(result, number, quoted[number - 1].TrimEnd('\r')) is not { } error)
                {
                    continue;
                }

                if (!acceptPartial)
                {
                    throw new RefusedLineException(error);
                }

                errors.Add(error);
            }

            return errors;
        }

        public void Commit(InfluxBucket target)
        {
            foreach (var (name, columns) in _changed)
            {
                target.GetOrAdd(name).Catalog = columns;
            }

            foreach (var row in Rows)
            {
                // Section 1.5: a row older than the retention is accepted; readers do not see it.
                target.GetOrAdd(row.Table).Store([.. row.Line.Tags], row.Time, [.. row.Line.Fields]);
            }
        }

        private LineError? Refusal(LineResult result, int number, string quoted)
        {
            if (result.Content is not { } line)
            {
                return new(result.Error!, number, quoted);
            }

            try
            {
                // Section 3: a repeated tag is refused since 3.10.3, a repeated field by the server.
                var columns = Columns(line.Measurement);
                var tags = new HashSet<string>(StringComparer.Ordinal);
                foreach (var tag in line.Tags)
                {
                    columns.Require(new(Allowed(tag.Key), null), options);
                    _ = tags.Add(tag.Key) ? true : throw new CatalogException($"Must not contain duplicate tags, but `{tag.Key}` was repeated");
                }

                var fields = new HashSet<string>(StringComparer.Ordinal);
                foreach (var field in line.Fields)
                {
                    columns.Require(new(Allowed(field.Key), field.Value.Type), options);
                    _ = fields.Add(field.Key) ? true : throw new CatalogException($"invalid line protocol - multiple instances of '{field.Key}' field found");
                }

                columns.Require(new(InfluxColumn.TimeName, null), options);
                var time = Nanoseconds(line.Time);
                if (store.Refusal is { } refusal && refusal.Refuses(line, time))
                {
                    throw new CatalogException(refusal.Reason);
                }

                Rows.Add(new(line.Measurement, line, time));
                return null;
            }
            catch (CatalogException refused)
            {
                return new(refused.Message, number, Canonical(line));
            }
        }

        // influxdb3_catalog: tags and fields may not be named like the time column.
        private static string Allowed(string name) =>
            name is InfluxColumn.TimeName ? throw new CatalogException($"'{name}' is a reserved column") : name;

        private InfluxColumns Columns(string table)
        {
            if (_changed.TryGetValue(table, out var columns))
            {
                return columns;
            }

            if (database?.FindTable(table) is { } existing)
            {
                columns = existing.Catalog.Copy();
            }
            else
            {
                var current = store.TableCount + _newTables;
                if (current >= options.MaxTables)
                {
                    throw new CatalogException(
                        $"Update to schema would exceed number of tables limit: attempted to create table but already have {current} table(s) (limit: {options.MaxTables})");
                }

                _newTables++;
                columns = new InfluxColumns();
            }

            _changed.Add(table, columns);
            return columns;
        }

        private long Nanoseconds(long? time)
        {
            if (time is not { } sent)
            {
                return unit == 0 ? _now : _now / unit * unit;
            }

            var nanoseconds = (Int128)sent * (unit == 0 ? Guess(sent) : unit);
            return nanoseconds >= long.MinValue && nanoseconds <= long.MaxValue
                ? (long)nanoseconds
                : throw new CatalogException(string.Create(CultureInfo.InvariantCulture, $"timestamp, {sent}, out of range for precision: {PrecisionName}"));
        }

        private string PrecisionName => unit switch
        {
            0 => "Auto",
            1 => "Nanosecond",
            1_000 => "Microsecond",
            1_000_000 => "Millisecond",
            _ => "Second",
        };

        // Section 2: auto guesses from the magnitude. Below 5·10⁹ seconds, below 5·10¹² milliseconds, below 5·10¹⁵ microseconds, else nanoseconds.
        private static long Guess(long time) => (Int128.Abs(time) / 1_000_000_000) switch
        {
            var size when size < 5 => 1_000_000_000,
            var size when size < 5_000 => 1_000_000,
            var size when size < 5_000_000 => 1_000,
            _ => 1,
        };

        /// <summary>The line as the server writes it again: a line that parsed is quoted like this, not as it was sent.</summary>
        private static string Canonical(ParsedLine line)
        {
            var text = new StringBuilder(Escaped(line.Measurement, ", "));
            foreach (var tag in line.Tags)
            {
                text.Append(',').Append(Escaped(tag.Key, ",= ")).Append('=').Append(Escaped(tag.Value, ",= "));
            }

            text.Append(' ').AppendJoin(',', line.Fields.Select(field => $"{Escaped(field.Key, ",= ")}={field.Value.Text ?? field.Value.ToString()}"));
            return line.Time is { } time ? text.Append(CultureInfo.InvariantCulture, $" {time}").ToString() : text.ToString();
        }

        private static string Escaped(string text, string delimiters) =>
            string.Concat(text.Select(character => delimiters.Contains(character, StringComparison.Ordinal) ? $"\\{character}" : character.ToString()));
    }
}
