using Loader.LocalAws.InfluxDb.Storage;

namespace Loader.LocalAws.InfluxDb.Queries;

/// <summary>The value of a function over rows, as a JSON value; null if no row has the column.</summary>
internal static class Aggregates
{
    public static object? Of(SelectItem item, IReadOnlyList<InfluxPoint> rows)
    {
        if (item.Column == "*")
        {
            return item.Function == "COUNT" ? rows.Count : throw new UnknownQueryException($"{item.Function}(*) is unknown.");
        }

        if (item.Column == InfluxColumn.TimeName)
        {
            return item.Function switch
            {
                "COUNT" => rows.Count,
                "MIN" => rows.Count == 0 ? null : new InfluxTime(rows.Min(row => row.TimeNanoseconds)),
                "MAX" => rows.Count == 0 ? null : new InfluxTime(rows.Max(row => row.TimeNanoseconds)),
                _ => throw new UnknownQueryException("Times have no sum."),
            };
        }

        var values = rows.Select(row => Value(row, item.Column)).Where(value => value is not null).ToList();
        return item.Function switch
        {
            "COUNT" => values.Count,
            _ when values.Count == 0 => null,
            "MIN" => values.Min(),
            "MAX" => values.Max(),

            // Added in ascending order, so that the sum does not depend on the order of the writes.
            _ when values[0] is double => values.Cast<double>().Order().Sum(),
            _ when values[0] is long => values.Cast<long>().Sum(),
            _ => throw new UnknownQueryException($"{item.Column} has no sum."),
        };
    }

    /// <summary>A column of a row as a JSON value.</summary>
    public static object? Value(InfluxPoint row, string column) => column == InfluxColumn.TimeName
        ? new InfluxTime(row.TimeNanoseconds)
        : row.Field(column) switch
        {
            null => row.Tag(column),
            { Type: InfluxType.Float } field => double.IsFinite(field.Float) ? field.Float : null,
            { Type: InfluxType.Integer } field => field.Integer,
            { Type: InfluxType.Unsigned } field => field.Unsigned,
            { Type: InfluxType.Boolean } field => field.Boolean,
            { } field => field.Text,
        };
}

/// <summary>A time in a result; each language writes it in a form of its own.</summary>
internal readonly record struct InfluxTime(long Nanoseconds);
