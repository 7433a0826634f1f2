using System.Buffers;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Xml;
using Loader.Domain;

namespace Loader.Infrastructure.Mapping;

/// <summary>Writes mappings as JSON: members that have their defaults are left out, all others come in the same order.</summary>
internal static class MappingWriter
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonWriterOptions Indented =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" };

    /// <summary>Hashes everything that decides which records a mapping gives: all but its name, its keys and its checks.</summary>
    /// <returns>64 hex digits in lower case. Comments, blanks and the order of members in a file do not change it.</returns>
    public static string Hash(SourceMapping mapping) =>
        Convert.ToHexStringLower(SHA256.HashData(ToUtf8(mapping with { Name = "", Keys = [], Quality = null }, Compact)));

    /// <summary>Writes a mapping for people, with line breaks.</summary>
    public static byte[] ToIndentedUtf8(SourceMapping mapping) => ToUtf8(mapping, Indented);

    private static byte[] ToUtf8(SourceMapping mapping, JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, options))
        {
            Write(json, mapping);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, SourceMapping mapping)
    {
        json.WriteStartObject();
        json.WriteString("name", mapping.Name);
        Texts(json, "keys", mapping.Keys);
        json.WriteString("dataset", mapping.Dataset.Name);
        Write(json, mapping.Timestamp);
        Write(json, mapping.Value);
        Field(json, "unit", mapping.Unit);
        Field(json, "measurementType", mapping.MeasurementType);
        Field(json, "region", mapping.Region);
        Field(json, MappingReader.SubjectOf(mapping.Dataset), mapping.Subject);
        Field(json, "qualityFlag", mapping.QualityFlag);
        Write(json, mapping.Unpivot);
        if (mapping.Where.Count > 0)
        {
            json.WriteStartArray("where");
            foreach (RowCondition condition in mapping.Where)
            {
                Write(json, condition);
            }

            json.WriteEndArray();
        }

        Flag(json, "allowEmpty", mapping.AllowEmpty);
        Text(json, "duplicates", mapping.KeepsLastDuplicate ? "last" : null);
        Write(json, mapping.Quality);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, QualityRules? quality)
    {
        if (quality is null)
        {
            return;
        }

        json.WriteStartObject("quality");
        Text(json, "step", quality.Step is { } step ? XmlConvert.ToString(step) : null);
        if (quality.Severities.Count > 0)
        {
            json.WriteStartObject("checks");
            foreach ((QualityCheck check, QualitySeverity severity) in quality.Severities.OrderBy(pair => pair.Key))
            {
                json.WriteString(check.ToName(), severity.ToName());
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TimeSource time)
    {
        if (time == new TimeSource { Formats = time.Formats, TimeFormats = time.TimeFormats }
            && time.Formats.Count == 0 && time.TimeFormats.Count == 0)
        {
            return;
        }

        json.WriteStartObject("timestamp");
        Text(json, "column", time.Column);
        Text(json, "date", time.Date);
        Text(json, "time", time.Time);
        Text(json, "period", time.Period);
        Texts(json, "format", time.Formats);
        Texts(json, "timeFormat", time.TimeFormats);
        Text(json, "zone", time.Zone);
        Flag(json, "ignoreUtcFlag", time.IgnoreUtcFlag);
        Text(json, "label", time.IsEnd ? "end" : null);
        Text(json, "step", time.Step is { } step ? XmlConvert.ToString(step) : null);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ValueSource value)
    {
        json.WriteStartObject("value");
        Text(json, "column", value.Column);
        bool hasDefaultNull = value.Text.Null is [""];
        if (value.Text.DecimalSign != '.' || value.Text.ThousandsSign is not null || !hasDefaultNull)
        {
            json.WriteStartObject("text");
            Text(json, "decimal", value.Text.DecimalSign == '.' ? null : value.Text.DecimalSign.ToString());
            Text(json, "thousands", value.Text.ThousandsSign?.ToString());
            if (!hasDefaultNull)
            {
                json.WriteStartArray("null");
                foreach (string text in value.Text.Null)
                {
                    json.WriteStringValue(text);
                }

                json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        if (value.DivideBy != 1)
        {
            json.WriteNumber("divideBy", value.DivideBy);
        }

        Flag(json, "perHour", value.PerHour);
        json.WriteEndObject();
    }

    private static void Field(Utf8JsonWriter json, string name, FieldSource? field)
    {
        if (field is null)
        {
            return;
        }

        json.WriteStartObject(name);
        if (field.Columns.Count == 1)
        {
            json.WriteString("column", field.Columns[0]);
        }
        else
        {
            Texts(json, "columns", field.Columns);
            Text(json, "join", field.Join.Length == 0 ? null : field.Join);
        }

        Text(json, "constant", field.Constant);
        Text(json, "key", field.Key);
        Text(json, "fileName", field.FileName);
        Text(json, "match", field.Match);
        Flag(json, "trim", field.Text.Trim);
        Text(json, "case", field.Text.Case == TextCase.Keep ? null : Lower(field.Text.Case));
        if (field.Text.Map is { } map)
        {
            json.WriteStartObject("map");
            Members(json, map);
            json.WriteEndObject();
            Text(json, "else", field.Text.Else == UnknownText.Invalid ? null : Lower(field.Text.Else));
        }

        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, UnpivotSource? unpivot)
    {
        if (unpivot is null)
        {
            return;
        }

        json.WriteStartObject("unpivot");
        if (unpivot.Columns is { } columns)
        {
            json.WriteStartObject("columns");
            foreach ((string column, IReadOnlyDictionary<string, string> groups) in columns.OrderBy(c => c.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(column);
                Members(json, groups);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }
        else
        {
            Text(json, "columns", unpivot.Pattern);
        }

        Text(json, "nulls", unpivot.NullsAreInvalid ? "invalid" : null);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, RowCondition condition)
    {
        json.WriteStartObject();
        json.WriteString("column", condition.Column);
        Flag(json, "trim", condition.Trim);
        json.WriteStartArray(condition.IsExcluding ? "notIn" : "in");
        foreach (string? value in condition.Values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Members(Utf8JsonWriter json, IReadOnlyDictionary<string, string> texts)
    {
        foreach ((string name, string text) in texts.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteString(name, text);
        }
    }

    private static void Text(Utf8JsonWriter json, string name, string? text)
    {
        if (text is not null)
        {
            json.WriteString(name, text);
        }
    }

    private static void Texts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        if (texts.Count == 1)
        {
            json.WriteString(name, texts[0]);
        }
        else if (texts.Count > 1)
        {
            json.WriteStartArray(name);
            foreach (string text in texts)
            {
                json.WriteStringValue(text);
            }

            json.WriteEndArray();
        }
    }

    private static void Flag(Utf8JsonWriter json, string name, bool flag)
    {
        if (flag)
        {
            json.WriteBoolean(name, true);
        }
    }

    private static string Lower<T>(T word)
        where T : struct, Enum => word.ToString().ToLowerInvariant();
}
