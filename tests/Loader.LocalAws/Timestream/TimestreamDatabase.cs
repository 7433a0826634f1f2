using System.Collections.Concurrent;

namespace Loader.LocalAws.Timestream;

/// <summary>A database and its tables.</summary>
public sealed class TimestreamDatabase
{
    internal TimestreamDatabase(string name, string arn, DateTimeOffset creationTime)
    {
        Name = name;
        Arn = arn;
        CreationTime = LastUpdatedTime = creationTime;
    }

    /// <summary>Gets the name.</summary>
    public string Name { get; }

    /// <summary>Gets the ARN.</summary>
    public string Arn { get; }

    /// <summary>Gets the tables, by name.</summary>
    public IReadOnlyList<TimestreamTable> Tables => [.. Stored.Values.OrderBy(table => table.Name, StringComparer.Ordinal)];

    internal ConcurrentDictionary<string, TimestreamTable> Stored { get; } = new(StringComparer.Ordinal);

    internal string KmsKeyId { get; set; } = "alias/aws/timestream";

    internal DateTimeOffset CreationTime { get; }

    internal DateTimeOffset LastUpdatedTime { get; set; }
}
