namespace Loader.LocalAws.Timestream;

/// <summary>Checks names of dimensions and measures. A bad name fails the whole request.</summary>
internal static class NameRules
{
    /// <summary>Dimensions, and measures of a MULTI record, become columns.</summary>
    public static void RequireColumnName(string name, string what)
    {
        // protocols 1.6: reserved names; field 2.1: the longer list and the colon.
        if (name is "time" or "measure_name" or "measure_value" or "ts_non_existent_col" || IsReserved(name)
            || name.StartsWith("measure_name", StringComparison.Ordinal))
        {
            throw TimestreamError.Validation($"The {what} name '{name}' is reserved.");
        }
    }

    /// <summary>The measure name of a record is data in the column measure_name.</summary>
    public static void RequireMeasureName(string name)
    {
        if (IsReserved(name))
        {
            throw TimestreamError.Validation($"The measure name '{name}' is reserved.");
        }
    }

    /// <summary>protocols 1.4: pattern and length of database and table names.</summary>
    public static void RequireResourceName(string? name, string member)
    {
        if (name is null)
        {
            throw TimestreamError.Constraint(member, "Member must not be null");
        }

        if (name.Length is < 3 or > 256)
        {
            throw TimestreamError.Constraint(member, "Member must have length between 3 and 256");
        }

        if (!name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-'))
        {
            throw TimestreamError.Constraint(member, "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
        }
    }

    // protocols 1.6: may not start with ts_; field 2.1: nor with measure_value, nor hold a colon.
    private static bool IsReserved(string name) =>
        name.StartsWith("ts_", StringComparison.Ordinal) || name.StartsWith("measure_value", StringComparison.Ordinal) || name.Contains(':', StringComparison.Ordinal);
}
