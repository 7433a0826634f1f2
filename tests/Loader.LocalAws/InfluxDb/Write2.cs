using System.Globalization;
using System.Text;
using Loader.LocalAws.Http;
using Loader.LocalAws.InfluxDb.Lines;
using Loader.LocalAws.InfluxDb.Storage;

namespace Loader.LocalAws.InfluxDb;

/// <summary>
/// <c>POST /api/v2/write</c> of engine 2 (InfluxDB reference, section 2; influxdata/influxdb branch 2.7, http/write_handler.go, v1/coordinator/points_writer.go,
/// tsdb/shard.go).
/// </summary>
internal sealed class Write2(InfluxStore store, LocalInfluxOptions options)
{
    public Reply Handle(InfluxRequest request)
    {
        // Section 2: ns is the default; us, ms, s.
        var unit = request.Query("precision") switch
        {
            null or "" or "ns" => 1L,
            "us" => 1_000L,
            "ms" => 1_000_000L,
            "s" => 1_000_000_000L,
            _ => 0L,
        };
        if (unit == 0)
        {
            return InfluxReply.Error2(400, "invalid", "invalid precision; valid precision units are ns, us, ms, and s");
        }

        if (request.Query("bucket") is not { Length: > 0 } name)
        {
            return InfluxReply.Error2(404, "not found", "bucket not found");
        }

        if (!string.Equals(request.Query("org"), options.Organization, StringComparison.Ordinal))
        {
            return InfluxReply.Error2(404, "not found", $"organization name \"{request.Query("org")}\" not found");
        }

        // Section 2: a missing bucket is 404. The parameter may also be the bucket's id.
        var bucket = store.Buckets.FirstOrDefault(bucket => string.Equals(bucket.Id, name, StringComparison.Ordinal)) ?? store.Find(name);
        if (bucket is null)
        {
            return InfluxReply.Error2(404, "not found", $"bucket \"{name}\" not found");
        }

        string body;
        try
        {
            body = InfluxBody.Read(request, options);
        }
        catch (BodyException refused)
        {
            return refused.Fault == BodyFault.TooLarge
                ? InfluxReply.Error2(413, "request too large", "unable to read data: points batch is too large")
                : InfluxReply.Error2(500, "internal error", "An internal error has occurred - check server logs");
        }

        var results = LineProtocol2.Parse(body, unit).Select(Judge).ToList();

        // Section 2: if a line does not parse nothing is stored, and each bad line is quoted in full.
        var errors = results.Where(result => result.Error is not null).Select(result => result.Error).ToList();
        return errors.Count > 0
            ? InfluxReply.Error2(400, "invalid", string.Join('\n', errors))
            : Store(bucket, [.. results.Select(result => result.Content!)], unit);
    }

    /// <summary>Refuses a line by the script as if it did not parse.</summary>
    private LineResult Judge(LineResult result) =>
        store.Refusal is { AsParseError: true } refusal && result.Content is { } line && refusal.Refuses(line, line.Time ?? 0)
            ? new(result.Text, null, $"unable to parse '{result.Text}': {refusal.Reason}")
            : result;

    private Reply Store(InfluxBucket bucket, List<ParsedLine> lines, long unit)
    {
        // Section 3: without a time, the server's clock, cut to the unit.
        var now = InfluxBucket.Nanoseconds(options.TimeProvider.GetUtcNow()) / unit * unit;
        lock (store.Gate)
        {
            var accepted = WithinRetention(bucket, lines, now, out var outside);
            var conflicts = new List<(string Reason, int Dropped)>();
            foreach (var shard in accepted.GroupBy(line => bucket.ShardOf(line.Time ?? now)))
            {
                if (StoreShard(bucket, shard.Key, shard, now) is { Dropped: > 0 } conflict)
                {
                    conflicts.Add(conflict);
                }
            }

            // Every group of shards is written, but the answer is the error of the first that fails, which is left to chance. An error of the retention is
            // answered only if no group failed. So N can be less than the number of points that were dropped.
            if (conflicts.Count > 0)
            {
                var (reason, dropped) = conflicts[store.Choices.Next(conflicts.Count)];
                return Partial($"{reason} dropped={dropped.ToString(CultureInfo.InvariantCulture)}");
            }

            return outside.Count == 0 ? InfluxReply.NoContent() : Partial(RetentionText(bucket, outside, now));
        }
    }

    // Section 2: 422, and which lines were dropped is not said.
    private static Reply Partial(string reason) =>
        InfluxReply.Error2(422, "unprocessable entity", $"failure writing points to database: partial write: {reason}");

    /// <summary>
    /// Section 2: older points than now − retention are dropped. A point that is too old is stored all the same if another point of the request needs its group
    /// of shards (MapShards in points_writer.go looks for a group that covers it before it looks at the bound).
    /// </summary>
    private static List<ParsedLine> WithinRetention(InfluxBucket bucket, List<ParsedLine> lines, long now, out List<ParsedLine> outside)
    {
        outside = [];
        if (bucket.Earliest is not { } earliest)
        {
            return lines;
        }

        var covered = lines.Select(line => line.Time ?? now).Where(time => time >= earliest).Select(bucket.ShardOf).ToHashSet();
        var groups = lines.ToLookup(line => covered.Contains(bucket.ShardOf(line.Time ?? now)));
        outside.AddRange(groups[false]);
        return [.. groups[true]];
    }

    private static string RetentionText(InfluxBucket bucket, List<ParsedLine> outside, long now)
    {
        var oldest = outside.MinBy(line => line.Time ?? now)!;
        var newest = outside.MaxBy(line => line.Time ?? now)!;
        var count = outside.Count.ToString(CultureInfo.InvariantCulture);
        return $"dropped {count} points outside retention policy of duration {Duration(bucket.Retention!.Value)} - oldest {Dropped(oldest)}, newest {Dropped(newest)} " +
            $"dropped={count} for database: {bucket.Id} for retention policy: autogen";

        string Dropped(ParsedLine line) =>
            $"point {Key(line)} at {Instant(line.Time ?? now)} dropped because it violates a Retention Policy Lower Bound at {Instant(bucket.Earliest!.Value)}";
    }

    private static string Key(ParsedLine line)
    {
        var key = new StringBuilder(line.Measurement.Replace(",", "\\,", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal));
        foreach (var tag in line.Tags)
        {
            key.Append(',').Append(Escape(tag.Key)).Append('=').Append(Escape(tag.Value));
        }

        return key.ToString();

        static string Escape(string text) =>
            text.Replace(",", "\\,", StringComparison.Ordinal).Replace(" ", "\\ ", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal);
    }

    private static string Instant(long nanoseconds)
    {
        var whole = DateTimeOffset.UnixEpoch.AddSeconds(Math.Floor(nanoseconds / 1e9)).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        var rest = ((nanoseconds % 1_000_000_000) + 1_000_000_000) % 1_000_000_000;
        return rest == 0 ? $"{whole}Z" : $"{whole}.{rest.ToString("000000000", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }

    private static string Duration(TimeSpan duration) =>
        string.Create(CultureInfo.InvariantCulture, $"{(long)duration.TotalHours}h{duration.Minutes}m{duration.Seconds}s");

    /// <summary>Stores what a group of shards accepts. The first write to a group fixes a field's type there; another group may have another type.</summary>
    private (string Reason, int Dropped) StoreShard(InfluxBucket bucket, long shard, IEnumerable<ParsedLine> lines, long now)
    {
        var reason = string.Empty;
        var dropped = 0;
        foreach (var line in lines)
        {
            var table = bucket.GetOrAdd(line.Measurement);
            if ((Scripted(line, now) ?? Refusal(table, shard, line)) is { } why)
            {
                reason = dropped++ == 0 ? why : reason;
                continue;
            }

            table.Store([.. line.Tags], line.Time ?? now, [.. line.Fields.Where(field => !IsTime(field))]);
        }

        return (reason, dropped);
    }

    private string? Scripted(ParsedLine line, long now) =>
        store.Refusal is { AsParseError: false } refusal && refusal.Refuses(line, line.Time ?? now) ? refusal.Reason : null;

    private static string? Refusal(InfluxTable table, long shard, ParsedLine line)
    {
        // Section 2: a field named time is lost silently; a point with no other field is dropped.
        if (line.Fields.All(IsTime))
        {
            return $"invalid field name: input field \"time\" on measurement \"{table.Name}\" is invalid";
        }

        foreach (var field in line.Fields.Where(field => !IsTime(field)))
        {
            // Section 2: a text field has at most 1 MiB.
            if (field.Value.Text is { } text && text.Length > LineProtocol3.MaxTextBytes / 3 && Encoding.UTF8.GetByteCount(text) is var size and > LineProtocol3.MaxTextBytes)
            {
                return $"input field \"{field.Key}\" on measurement \"{table.Name}\" is too long, {size} > {LineProtocol3.MaxTextBytes}";
            }

            var type = table.FixType(field.Key, shard, field.Value.Type);
            if (type != field.Value.Type)
            {
                return $"field type conflict: input field \"{field.Key}\" on measurement \"{table.Name}\" is type {TypeName(field.Value.Type)}, already exists as type {TypeName(type)}";
            }
        }

        return null;
    }

    private static bool IsTime(InfluxField field) => string.Equals(field.Key, "time", StringComparison.Ordinal);

    /// <summary>The name of a type in messages and in SHOW FIELD KEYS.</summary>
    internal static string TypeName(InfluxType type) => type switch
    {
        InfluxType.Float => "float",
        InfluxType.Integer => "integer",
        InfluxType.Unsigned => "unsigned",
        InfluxType.Boolean => "boolean",
        _ => "string",
    };
}
