namespace Loader.LocalAws.InfluxDb;

/// <summary>Names of databases in engine 3 (InfluxDB reference, section 2: letters, digits, <c>-</c>, <c>_</c>, at most 511 bytes).</summary>
internal static class DatabaseName
{
    private const int MaxBytes = 511;

    /// <summary>Why a name is refused, in the server's words; null if it is valid.</summary>
    public static string? Fault(string name)
    {
        if (name.Length == 0)
        {
            return "db name cannot be empty";
        }

        if (name.Length > MaxBytes)
        {
            return "db name too long: max 511";
        }

        if (!char.IsAsciiLetterOrDigit(name[0]))
        {
            return "db name did not start with a number or letter";
        }

        // A slash separates the name from that of a retention policy.
        if (name.EndsWith('/') || name.Count(character => character == '/') > 1)
        {
            return "db name with invalid retention policy, if providing a retention policy name, must be of form '<db_name>/<rp_name>'";
        }

        return name.All(character => char.IsAsciiLetterOrDigit(character) || character is '_' or '-' or '/')
            ? null
            : "invalid character in database or rp name: must be ASCII, containing only letters, numbers, underscores, or hyphens";
    }
}
