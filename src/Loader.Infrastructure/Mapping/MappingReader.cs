using System.Text.Json;
using System.Xml;
using Loader.Domain;

namespace Loader.Infrastructure.Mapping;

/// <summary>Reads mappings from JSON. Unknown members are faults, and all faults are found at once.</summary>
internal sealed class MappingReader
{
    private static readonly JsonDocumentOptions Options = new()
    {
        AllowTrailingCommas = true,
        CommentHandling = JsonCommentHandling.Skip,
        MaxDepth = 16,
        AllowDuplicateProperties = false,
    };

    private readonly List<string> _faults = [];

    /// <summary>Reads mappings.</summary>
    /// <param name="json">One mapping, a list of mappings, or an object with the list as its member <c>mappings</c>, in UTF-8.</param>
    /// <returns>The mappings and all faults.</returns>
    public static (IReadOnlyList<SourceMapping> Mappings, IReadOnlyList<string> Faults) Read(ReadOnlyMemory<byte> json)
    {
        var reader = new MappingReader();
        try
        {
            using var document = JsonDocument.Parse(json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json, Options);
            return (reader.ReadAll(document.RootElement), reader._faults);
        }
        catch (JsonException exception)
        {
            return ([], [$"not valid JSON: {exception.Message}"]);
        }
    }

    private List<SourceMapping> ReadAll(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("mappings", out JsonElement list))
        {
            var members = new JsonMembers(root, "", _faults);
            members.Find("$schema");
            members.Find("mappings");
            members.CheckUnknown();
            if (list.ValueKind != JsonValueKind.Array)
            {
                members.Fault("mappings", "a list", list);
                return [];
            }

            root = list;
        }

        JsonElement[] items = root.ValueKind == JsonValueKind.Array ? [.. root.EnumerateArray()] : [root];
        var mappings = new List<SourceMapping>();
        for (int i = 0; i < items.Length; i++)
        {
            mappings.Add(ReadOne(items[i], i));
        }

        return mappings;
    }

    private SourceMapping ReadOne(JsonElement json, int index)
    {
        string name = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("name", out JsonElement text)
            && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } given ? given : $"mappings[{index}]";
        int known = _faults.Count;
        var members = new JsonMembers(json, "", _faults);
        members.Find("$schema");
        if (members.Text("name") is null or "")
        {
            members.Add("name", "missing");
        }

        DatasetType dataset = ReadDataset(members);
        var mapping = new SourceMapping
        {
            Name = name,
            Dataset = dataset,
            Keys = members.Texts("keys"),
            Timestamp = ReadTime(members),
            Value = ReadValue(members),
            Unit = ReadField(members, "unit"),
            MeasurementType = ReadField(members, "measurementType"),
            Region = ReadField(members, "region"),
            Subject = ReadField(members, SubjectOf(dataset)),
            QualityFlag = ReadField(members, "qualityFlag"),
            Unpivot = ReadUnpivot(members),
            Where = ReadWhere(members),
            AllowEmpty = members.Flag("allowEmpty"),
            KeepsLastDuplicate = members.Choice("duplicates", "fail", "last") == 1,
            Quality = ReadQuality(members),
        };
        members.CheckUnknown();
        for (int i = known; i < _faults.Count; i++)
        {
            _faults[i] = $"{name}: {_faults[i]}";
        }

        return mapping;
    }

    /// <summary>Returns the member of JSON for the dataset's subject.</summary>
    internal static string SubjectOf(DatasetType dataset) =>
        dataset == DatasetType.Generation ? "energySource" : dataset == DatasetType.Consumption ? "consumerType" : "lineId";

    private static DatasetType ReadDataset(JsonMembers members)
    {
        string? name = members.Text("dataset");
        if (DatasetType.TryParse(name, out DatasetType? dataset))
        {
            return dataset;
        }

        string names = string.Join(", ", DatasetType.All.Select(d => d.Name));
        members.Add("dataset", name is null ? $"missing; it is one of {names}" : $"'{name}' is none of {names}");
        return DatasetType.Generation;
    }

    private TimeSource ReadTime(JsonMembers mapping)
    {
        if (mapping.Find("timestamp") is not { } json)
        {
            return new TimeSource();
        }

        var members = new JsonMembers(json, "timestamp", _faults);
        var time = new TimeSource
        {
            Column = members.Text("column"),
            Date = members.Text("date"),
            Time = members.Text("time"),
            Period = members.Text("period"),
            Formats = members.Texts("format"),
            TimeFormats = members.Texts("timeFormat"),
            Zone = members.Text("zone"),
            IgnoreUtcFlag = members.Flag("ignoreUtcFlag"),
            IsEnd = members.Choice("label", "start", "end") == 1,
            Step = ReadStep(members),
        };
        members.CheckUnknown();
        return time;
    }

    private static TimeSpan? ReadStep(JsonMembers members)
    {
        if (members.Text("step") is not { } text)
        {
            return null;
        }

        try
        {
            TimeSpan step = XmlConvert.ToTimeSpan(text);
            if (step > TimeSpan.Zero && step <= TimeSpan.FromDays(1) && step.Ticks % TimeSpan.TicksPerSecond == 0)
            {
                return step;
            }
        }
        catch (Exception exception) when (exception is FormatException or OverflowException)
        {
            // The message below says what is expected.
        }

        members.Add(members.PathOf("step"), $"'{text}' is not a duration from PT1S to P1D, such as PT15M or PT1H");
        return null;
    }

    private QualityRules? ReadQuality(JsonMembers mapping)
    {
        if (mapping.Find("quality") is not { } json)
        {
            return null;
        }

        var members = new JsonMembers(json, "quality", _faults);
        TimeSpan? step = ReadStep(members);
        var severities = new Dictionary<QualityCheck, QualitySeverity>();
        string path = members.PathOf("checks");
        foreach ((string name, JsonElement value) in members.Entries("checks"))
        {
            string? text = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
            int check = QualityNames.AllChecks.IndexOf(name);
            int severity = text is null ? -1 : QualityNames.AllSeverities.IndexOf(text);
            if (check < 0)
            {
                string? nearest = NearestName.Find(name, QualityNames.AllChecks);
                string known = nearest is null ? $"known are {string.Join(", ", QualityNames.AllChecks)}" : $"nearest: '{nearest}'";
                members.Add($"{path}.{name}", $"unknown; {known}");
            }
            else if (text is null)
            {
                members.Fault($"{path}.{name}", "a text", value);
            }
            else if (severity < 0)
            {
                members.Add($"{path}.{name}", $"'{text}' is none of {string.Join(", ", QualityNames.AllSeverities)}");
            }
            else
            {
                severities[(QualityCheck)check] = (QualitySeverity)severity;
            }
        }

        members.CheckUnknown();
        return new QualityRules { Step = step, Severities = severities };
    }

    private ValueSource ReadValue(JsonMembers mapping)
    {
        if (mapping.Find("value") is not { } json)
        {
            return new ValueSource();
        }

        var members = new JsonMembers(json, "value", _faults);
        var value = new ValueSource
        {
            Column = members.Text("column"),
            Text = ReadNumberText(members),
            DivideBy = members.Number("divideBy") ?? 1,
            PerHour = members.Flag("perHour"),
        };
        members.CheckUnknown();
        return value;
    }

    private NumberText ReadNumberText(JsonMembers value)
    {
        if (value.Find("text") is not { } json)
        {
            return new NumberText();
        }

        var members = new JsonMembers(json, value.PathOf("text"), _faults);
        var text = new NumberText
        {
            DecimalSign = ReadSign(members, "decimal") ?? '.',
            ThousandsSign = ReadSign(members, "thousands"),
            Null = members.Find("null") is null ? [""] : members.Texts("null"),
        };
        members.CheckUnknown();
        return text;
    }

    private static char? ReadSign(JsonMembers members, string name)
    {
        if (members.Text(name) is not { } text)
        {
            return null;
        }

        if (text.Length == 1)
        {
            return text[0];
        }

        members.Add(members.PathOf(name), $"'{text}' is not one character");
        return null;
    }

    private FieldSource? ReadField(JsonMembers mapping, string name)
    {
        if (mapping.Find(name) is not { } json)
        {
            return null;
        }

        var members = new JsonMembers(json, name, _faults);
        string? column = members.Text("column");
        IReadOnlyList<string> columns = members.Texts("columns");
        if (column is not null && columns.Count > 0)
        {
            members.Add(name, "has both column and columns");
        }

        string? join = members.Text("join");
        if (join is not null && columns.Count < 2)
        {
            members.Add(members.PathOf("join"), "needs two columns or more in columns");
        }

        var field = new FieldSource
        {
            Columns = column is null ? columns : [column],
            Join = join ?? "",
            Constant = members.Text("constant"),
            Key = members.Text("key"),
            FileName = members.Text("fileName"),
            Match = members.Text("match"),
            Text = new TextRule
            {
                Trim = members.Flag("trim"),
                Case = (TextCase)members.Choice("case", "keep", "upper", "lower"),
                Map = members.Find("map") is null ? null : ReadTexts(members, members.Entries("map"), members.PathOf("map")),
                Else = (UnknownText)members.Choice("else", "invalid", "keep", "null", "drop"),
            },
        };
        if (members.Find("else") is not null && field.Text.Map is null)
        {
            members.Add(members.PathOf("else"), "needs a map");
        }

        members.CheckUnknown();
        return field;
    }

    private static Dictionary<string, string> ReadTexts(
        JsonMembers members, IEnumerable<(string Name, JsonElement Value)> entries, string path)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, JsonElement value) in entries)
        {
            if (value.ValueKind == JsonValueKind.String)
            {
                texts[name] = value.GetString()!;
            }
            else
            {
                members.Fault($"{path}.{name}", "a text", value);
            }
        }

        return texts;
    }

    private UnpivotSource? ReadUnpivot(JsonMembers mapping)
    {
        if (mapping.Find("unpivot") is not { } json)
        {
            return null;
        }

        var members = new JsonMembers(json, "unpivot", _faults);
        string? pattern = null;
        Dictionary<string, IReadOnlyDictionary<string, string>>? columns = null;
        string path = members.PathOf("columns");
        switch (members.Find("columns"))
        {
            case null:
                members.Add(path, "missing; it is a regular expression for names, or an object with the columns");
                break;
            case { ValueKind: JsonValueKind.String } text:
                pattern = text.GetString();
                break;
            case { } list:
                columns = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.Ordinal);
                foreach ((string column, JsonElement groups) in members.Entries(list, path))
                {
                    string columnPath = $"{path}.{column}";
                    columns[column] = ReadTexts(members, members.Entries(groups, columnPath), columnPath);
                }

                break;
        }

        var unpivot = new UnpivotSource
        {
            Pattern = pattern,
            Columns = columns,
            NullsAreInvalid = members.Choice("nulls", "skip", "invalid") == 1,
        };
        members.CheckUnknown();
        return unpivot;
    }

    private List<RowCondition> ReadWhere(JsonMembers mapping)
    {
        var conditions = new List<RowCondition>();
        if (mapping.Find("where") is not { } json)
        {
            return conditions;
        }

        if (json.ValueKind != JsonValueKind.Array)
        {
            mapping.Fault("where", "a list of conditions", json);
            return conditions;
        }

        int index = 0;
        foreach (JsonElement item in json.EnumerateArray())
        {
            var members = new JsonMembers(item, $"where[{index++}]", _faults);
            string? column = members.Text("column");
            IReadOnlyList<string?>? included = members.TextsOrNulls("in");
            IReadOnlyList<string?>? excluded = members.TextsOrNulls("notIn");
            bool trim = members.Flag("trim");
            if (column is null && item.ValueKind == JsonValueKind.Object)
            {
                members.Add(members.PathOf("column"), "missing");
            }

            if (included is null == excluded is null && item.ValueKind == JsonValueKind.Object)
            {
                members.Add($"where[{index - 1}]", "needs exactly one of in and notIn");
            }

            members.CheckUnknown();
            conditions.Add(new RowCondition(column ?? "")
            {
                Trim = trim,
                Values = included ?? excluded ?? [],
                IsExcluding = included is null,
            });
        }

        return conditions;
    }
}
