using Loader.LocalAws.InfluxDb.Lines;
using Loader.LocalAws.InfluxDb.Storage;

namespace Loader.LocalAws.InfluxDb;

/// <summary>Which lines a server refuses, by a script of the test.</summary>
/// <param name="IsRefused">Whether the point of a line is refused. It is called under the lock of the server.</param>
/// <param name="Reason">The reason in the answer.</param>
public sealed record LineRefusal(Func<InfluxPoint, bool> IsRefused, string Reason)
{
    /// <summary>Gets a value indicating whether engine 2 answers as if the line did not parse, so that nothing of the request is stored.</summary>
    public bool AsParseError { get; init; }

    internal bool Refuses(ParsedLine line, long nanoseconds) => IsRefused(new InfluxPoint(
        line.Measurement, [.. line.Tags.OrderBy(tag => tag.Key, StringComparer.Ordinal)], nanoseconds, line.Fields));
}
