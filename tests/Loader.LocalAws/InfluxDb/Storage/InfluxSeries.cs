using System.Text;
using Loader.LocalAws.InfluxDb.Lines;

namespace Loader.LocalAws.InfluxDb.Storage;

/// <summary>The points of one tag set. A point has one content, or on engine 3 all distinct contents in the order of their arrival.</summary>
internal sealed class InfluxSeries
{
    private readonly Dictionary<long, object> _points = [];
    private readonly HashSet<long> _rewritten = [];
    private readonly ulong _hash;

    public InfluxSeries(string key, InfluxTag[] tags)
    {
        Tags = tags;
        _hash = Hash(key);
    }

    public InfluxTag[] Tags { get; }

    public int Count => _points.Count;

    /// <summary>How many points a later write changed. Engine 2 only; on engine 3 see <see cref="Contents"/>.</summary>
    public int Rewritten => _rewritten.Count;

    public Dictionary<long, object>.KeyCollection Times => _points.Keys;

    /// <summary>The tag set as text that no other tag set has. The tags must be ordered.</summary>
    public static string Key(InfluxTag[] tags)
    {
        var key = new StringBuilder();
        foreach (var tag in tags)
        {
            Append(tag.Key);
            Append(tag.Value);
        }

        return key.ToString();

        // Its length before each text, in two characters, keeps the texts apart.
        void Append(string text) => key.Append((char)(text.Length >> 16)).Append((char)(text.Length & 0xffff)).Append(text);
    }

    /// <summary>InfluxDB reference, section 1.2: on engine 2 the last arrival of each field wins.</summary>
    public void Merge(long time, InfluxField[] fields)
    {
        if (!_points.TryGetValue(time, out var stored))
        {
            _points.Add(time, fields);
            return;
        }

        var merged = ((InfluxField[])stored).ToList();
        foreach (var field in fields)
        {
            var index = merged.FindIndex(other => string.Equals(other.Key, field.Key, StringComparison.Ordinal));
            if (index < 0)
            {
                merged.Add(field);
            }
            else
            {
                if (merged[index] != field)
                {
                    _rewritten.Add(time);
                }

                merged[index] = field;
            }
        }

        _points[time] = merged.ToArray();
    }

    /// <summary>Section 1.1: engine 3 keeps every content that differs; the same content again is harmless.</summary>
    public void Append(long time, InfluxField[] fields)
    {
        if (!_points.TryGetValue(time, out var stored))
        {
            _points.Add(time, fields);
        }
        else if (stored is List<InfluxField[]> many)
        {
            // A content that arrives again is the latest again.
            many.RemoveAll(other => IsSame(other, fields));
            many.Add(fields);
        }
        else if (!IsSame((InfluxField[])stored, fields))
        {
            _points[time] = new List<InfluxField[]> { (InfluxField[])stored, fields };
        }
    }

    /// <summary>Removes a point with all its contents.</summary>
    public void Remove(long time)
    {
        _points.Remove(time);
        _rewritten.Remove(time);
    }

    /// <summary>How many different contents a point has.</summary>
    public int Contents(long time) => _points[time] is List<InfluxField[]> many ? many.Count : 1;

    /// <summary>Section 1.1: which content of a point is read is not defined. The seed decides for each point: the first, the last, or another one at each read.</summary>
    public InfluxField[] Read(long time, int seed, Random changing)
    {
        if (_points[time] is not List<InfluxField[]> many)
        {
            return (InfluxField[])_points[time];
        }

        return (Mix(_hash ^ Mix((ulong)time) ^ (uint)seed) % 3) switch
        {
            0 => many[0],
            1 => many[^1],
            _ => many[changing.Next(many.Count)],
        };
    }

    private static bool IsSame(InfluxField[] left, InfluxField[] right) => left.Length == right.Length && Array.TrueForAll(left, right.Contains);

    // FNV-1a, because the hash codes of strings differ from run to run.
    private static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var character in text)
        {
            hash = (hash ^ character) * 1099511628211UL;
        }

        return hash;
    }

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 33)) * 0xff51afd7ed558ccdUL;
        value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return value ^ (value >> 33);
    }
}
