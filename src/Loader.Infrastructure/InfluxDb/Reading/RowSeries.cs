using System.Runtime.InteropServices;
using System.Text.Json;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Protocol;

namespace Loader.Infrastructure.InfluxDb.Reading;

/// <summary>Finds the series of the rows of a JSON response, without a text for each row.</summary>
/// <remarks>Rows with the same tags have the same JSON texts, so that each distinct one is decoded once.</remarks>
/// <param name="tags">The names of the tags.</param>
/// <param name="known">The series by the keys of their tags.</param>
internal sealed class RowSeries(string[] tags, Dictionary<string, Series> known)
{
    private readonly Dictionary<string, Series?> _byJson = new(StringComparer.Ordinal);
    private char[] _buffer = new char[256];

    /// <summary>Finds the series of a row.</summary>
    /// <param name="row">The row.</param>
    /// <returns>The series, or <see langword="null"/> if it is none of the known ones.</returns>
    public Series? Find(JsonElement row)
    {
        int length = 0;
        foreach (string tag in tags)
        {
            // The quotes of the JSON texts keep them apart. A tag that is null is left out of a row.
            ReadOnlySpan<byte> json = row.TryGetProperty(tag, out JsonElement value) ? JsonMarshal.GetRawUtf8Value(value) : "null"u8;
            if (_buffer.Length < length + json.Length)
            {
                Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, length + json.Length));
            }

            length += System.Text.Encoding.UTF8.GetChars(json, _buffer.AsSpan(length));
        }

        Dictionary<string, Series?>.AlternateLookup<ReadOnlySpan<char>> lookup = _byJson.GetAlternateLookup<ReadOnlySpan<char>>();
        ReadOnlySpan<char> key = _buffer.AsSpan(0, length);
        if (!lookup.TryGetValue(key, out Series? series))
        {
            series = known.GetValueOrDefault(SeriesTags.KeyOf(tags.Select(tag => (tag, TextOf(row, tag)))));
            lookup[key] = series;
        }

        return series;
    }

    private static string TextOf(JsonElement row, string tag) =>
        row.TryGetProperty(tag, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
