using Loader.Infrastructure.InfluxDb.Settings;

namespace Loader.Infrastructure.InfluxDb.Tables;

/// <summary>What is known about a table before anything is written to it.</summary>
/// <param name="Engine">The engine of its server.</param>
/// <param name="Identity">What tells the table from one with the same name elsewhere.</param>
/// <param name="Retention">The maximum age of a point, or <see langword="null"/> if it is unlimited or unknown.</param>
/// <param name="Exists">Whether the table has columns.</param>
internal sealed record InfluxDbTable(InfluxDbEngine Engine, string Identity, TimeSpan? Retention, bool Exists)
{
    /// <summary>Gets the names of its columns without the time; none if it does not exist.</summary>
    public IReadOnlySet<string> ColumnNames { get; init; } = new HashSet<string>(StringComparer.Ordinal);
}

/// <summary>A bucket or database.</summary>
/// <param name="Id">The id of a bucket, or the name of a database.</param>
/// <param name="Retention">The maximum age of a point, or <see langword="null"/> if it is unlimited or unknown.</param>
internal sealed record InfluxDbBucket(string Id, TimeSpan? Retention);

/// <summary>A column of an existing table.</summary>
/// <param name="Name">The name.</param>
/// <param name="Kind">What it holds.</param>
/// <param name="Type">The type as the server names it, for messages.</param>
internal readonly record struct InfluxDbColumn(string Name, InfluxDbColumnKind Kind, string Type);

/// <summary>What a column holds.</summary>
internal enum InfluxDbColumnKind
{
    /// <summary>A tag.</summary>
    Tag,

    /// <summary>A field of floating-point numbers.</summary>
    Float,

    /// <summary>A field of signed integers.</summary>
    Integer,

    /// <summary>A field of texts.</summary>
    Text,

    /// <summary>A field of another type.</summary>
    Other,
}
