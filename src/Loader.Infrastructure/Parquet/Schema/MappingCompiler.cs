using System.Text.RegularExpressions;
using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Parquet.Metadata;

namespace Loader.Infrastructure.Parquet.Schema;

/// <summary>Resolves a mapping against the columns of one file, before any of its rows is read.</summary>
internal sealed class MappingCompiler
{
    /// <summary>Further faults are left out, so that a message stays readable whatever the mapping holds.</summary>
    private const int MaxFaults = 100;

    private readonly SourceMapping _mapping;
    private readonly AppliedMapping _identity;
    private readonly FileSchema _schema;
    private readonly SourceFile _file;
    private readonly List<string> _faults = [];
    private readonly List<(SeriesPart Part, SchemaColumn Column)> _dimensions = [];
    private readonly PartPlan?[] _parts = new PartPlan?[5];
    private readonly string?[] _constants = new string?[5];

    private MappingCompiler(SourceMapping mapping, AppliedMapping identity, FileSchema schema, SourceFile file)
    {
        _mapping = mapping;
        _identity = identity;
        _schema = schema;
        _file = file;
    }

    private string FileName => Path.GetFileName(_file.Key.Replace('\\', '/'));

    /// <summary>Compiles a mapping.</summary>
    /// <param name="mapping">The mapping, already validated.</param>
    /// <param name="identity">Its identity.</param>
    /// <param name="schema">The file's schema.</param>
    /// <param name="file">The file.</param>
    /// <returns>The plan, or <see langword="null"/> and all faults.</returns>
    public static (ColumnPlan? Plan, IReadOnlyList<string> Faults) Compile(
        SourceMapping mapping, AppliedMapping identity, FileSchema schema, SourceFile file)
    {
        var compiler = new MappingCompiler(mapping, identity, schema, file);
        ColumnPlan plan = compiler.Compile();
        return compiler._faults.Count == 0
            ? (plan, [])
            : (null, [.. compiler._faults.Select(fault => $"{mapping.Name}: {fault}")]);
    }

    private ColumnPlan Compile()
    {
        SchemaColumn? time = FindTime();
        AddField(SeriesPart.Unit, "unit", ColumnNames.Unit, _mapping.Unit);
        AddField(SeriesPart.MeasurementType, "measurementType", ColumnNames.MeasurementType, _mapping.MeasurementType);
        AddField(SeriesPart.QualityFlag, "qualityFlag", ColumnNames.QualityFlag, _mapping.QualityFlag);
        AddField(SeriesPart.Region, "region", ColumnNames.Region, _mapping.Region);
        AddField(SeriesPart.Subject, MappingReader.SubjectOf(_mapping.Dataset), _mapping.Dataset.SubjectColumn, _mapping.Subject);
        List<ConditionPlan> conditions = AddConditions();
        List<MappedValue> values = _mapping.Unpivot is { } unpivot ? FindColumns(unpivot) : [FindValue()];
        var mapped = new MappedPlan(
            _identity,
            CreateTime(),
            values,
            _mapping.Value,
            _mapping.Unpivot,
            (int)(_mapping.Timestamp.Step?.TotalSeconds ?? 0),
            new SeriesPlan(_parts, _constants, conditions));
        return new ColumnPlan(_mapping.Dataset, time, values[0].Column, _dimensions, [], Version: null, Reason: null, [])
        {
            HoldsKeptRows = false,
            Mapped = mapped,
        };
    }

    private SchemaColumn? FindTime()
    {
        TimeSource source = _mapping.Timestamp;
        string path = source.Date is null ? "timestamp.column" : "timestamp.date";
        string name = source.Date ?? source.Column ?? ColumnNames.Timestamp;
        if (Find(path, name) is not { } column)
        {
            return null;
        }

        if (!ColumnTypes.IsValid(column.Element, ColumnUse.Time))
        {
            AddType(path, column, ColumnTypes.Describe(ColumnUse.Time));
        }
        else if (source is { Zone: { } zone, IgnoreUtcFlag: false }
            && column.Element is { Type: PhysicalType.Int64, LogicalType.IsAdjustedToUtc: true }
            && !MappingZone.IsUtc(MappingZone.Find(zone)!))
        {
            Add($"timestamp.zone: '{name}' is {column.Element.Describe()}, which says that its times are in UTC; "
                + "set ignoreUtcFlag if they are local times in spite of that");
        }

        return column;
    }

    private MappedTime CreateTime()
    {
        TimeSource source = _mapping.Timestamp;
        SchemaColumn? second = null;
        TimePart part = source.Time is not null ? TimePart.TimeOfDay : source.Period is not null ? TimePart.Period : TimePart.None;
        if (source.Time is { } time && (second = Find("timestamp.time", time)) is not null && !ColumnTypes.IsText(second.Element))
        {
            AddType("timestamp.time", second, "text");
        }

        if (source.Period is { } period && (second = Find("timestamp.period", period)) is not null
            && !ColumnTypes.IsValid(second.Element, ColumnUse.Dimension))
        {
            AddType("timestamp.period", second, "an integer or text");
        }

        return new MappedTime(
            source.Formats.Count == 0 ? null : new TimeFormats(source.Formats),
            source.Zone is { } zone ? MappingZone.Find(zone) : null,
            source.IgnoreUtcFlag,
            part,
            second,
            source.TimeFormats.Count == 0 ? null : new TimeFormats(source.TimeFormats),
            source.IsEnd);
    }

    private void AddField(SeriesPart part, string path, string ownName, FieldSource? field)
    {
        if (field is null)
        {
            AddOwnColumn(part, path, ownName);
        }
        else if (field.Columns.Count > 0)
        {
            AddColumns(part, field.Columns.Count == 1 ? $"{path}.column" : $"{path}.columns", field);
        }
        else if (field.Key is { } key)
        {
            if (HiveKey.TryFind(_file.PartitionPath, key, out string? value))
            {
                AddConstant(part, path, value, field.Text);
            }
            else
            {
                Add($"{path}.key: the key of {FileName} has no segment '{key}='");
            }
        }
        else if (field.FileName is { } pattern)
        {
            Match match = MappingRegex.TryCreate(pattern, out _)!.Match(FileName);
            if (match.Success && match.Groups["value"].Success)
            {
                AddConstant(part, path, match.Groups["value"].Value, field.Text);
            }
            else
            {
                Add($"{path}.fileName: the name {FileName} does not match '{pattern}'");
            }
        }
        else if (field.Constant is { } constant)
        {
            AddConstant(part, path, constant, field.Text);
        }
    }

    private void AddConstant(SeriesPart part, string path, string? text, TextRule rule)
    {
        switch (MappedText.Apply(rule, text, out string? result))
        {
            case TextFate.Unknown:
                Add($"{path}.map: does not hold '{text}'");
                break;
            case TextFate.Dropped:
                Add($"{path}.map: '{text}' would leave out the whole file");
                break;
            default:
                _constants[(int)part] = result;
                break;
        }
    }

    /// <summary>Reads a field that the mapping does not name as without a mapping.</summary>
    private void AddOwnColumn(SeriesPart part, string path, string ownName)
    {
        SchemaColumn? column = FindOrNull(ownName);
        if (column is not null)
        {
            AddColumns(part, path, new FieldSource { Columns = [ownName] });
        }
        else if (HiveKey.TryFind(_file.PartitionPath, ownName, out string? value))
        {
            _constants[(int)part] = value;
        }
        else if (part != SeriesPart.QualityFlag)
        {
            Add($"{path}: missing, and {FileName} has no column '{ownName}'");
        }
    }

    private void AddColumns(SeriesPart part, string path, FieldSource field)
    {
        var indexes = new List<int>();
        foreach (string name in field.Columns)
        {
            if (Find(path, name) is { } column)
            {
                if (!ColumnTypes.IsValid(column.Element, ColumnUse.Dimension))
                {
                    AddType(path, column, ColumnTypes.Describe(ColumnUse.Dimension));
                }

                indexes.Add(AddDimension(part, column));
            }
        }

        string names = string.Join(field.Join.Length == 0 ? "+" : field.Join, field.Columns);
        _parts[(int)part] = new PartPlan(indexes, names, field.Join, field.Text);
    }

    private int AddDimension(SeriesPart part, SchemaColumn column)
    {
        int index = _dimensions.FindIndex(dimension => dimension.Column == column);
        if (index < 0)
        {
            index = _dimensions.Count;
            _dimensions.Add((part, column));
        }

        return index;
    }

    private List<ConditionPlan> AddConditions()
    {
        var plans = new List<ConditionPlan>();
        for (int i = 0; i < _mapping.Where.Count; i++)
        {
            RowCondition condition = _mapping.Where[i];
            string path = $"where[{i}].column";
            if (Find(path, condition.Column) is not { } column)
            {
                continue;
            }

            if (!ColumnTypes.IsValid(column.Element, ColumnUse.Dimension))
            {
                AddType(path, column, ColumnTypes.Describe(ColumnUse.Dimension));
            }

            plans.Add(new ConditionPlan(
                AddDimension(SeriesPart.QualityFlag, column),
                condition,
                condition.Values.OfType<string>().ToHashSet(StringComparer.Ordinal)));
        }

        return plans;
    }

    private MappedValue FindValue()
    {
        string name = _mapping.Value.Column ?? ColumnNames.Value;
        return new MappedValue(FindValue("value.column", name), name, new string?[5]);
    }

    private SchemaColumn? FindValue(string path, string name)
    {
        SchemaColumn? column = Find(path, name);
        if (column?.Element.LogicalType.Kind == LogicalTypeKind.Null && column.Element.Repetition == Repetition.Optional)
        {
            return null;
        }

        if (column is not null && !ColumnTypes.IsValid(column.Element, ColumnUse.Value) && !ColumnTypes.IsText(column.Element))
        {
            AddType(path, column, "a number or text");
        }

        return column;
    }

    private List<MappedValue> FindColumns(UnpivotSource unpivot)
    {
        var values = new List<MappedValue>();
        if (unpivot.Columns is { } named)
        {
            foreach ((string name, IReadOnlyDictionary<string, string> groups) in named)
            {
                AddValue(values, name, FindValue("unpivot.columns", name), groups.GetValueOrDefault);
            }
        }
        else
        {
            Regex regex = MappingRegex.TryCreate(unpivot.Pattern!, out _)!;
            foreach (SchemaColumn column in _schema.Columns)
            {
                Match match = regex.Match(column.Name);
                if (match.Success && match.Length > 0)
                {
                    AddValue(
                        values,
                        column.Name,
                        FindValue("unpivot.columns", column.Name),
                        group => match.Groups[group] is { Success: true } found ? found.Value : null);
                }
            }

            if (values.Count == 0 && _faults.Count == 0)
            {
                Add($"unpivot.columns: '{unpivot.Pattern}' matches no column of {FileName}, which has {Names()}");
            }
        }

        CheckDistinct(values);
        return values.Count > 0 ? values : [new MappedValue(null, "", new string?[5])];
    }

    private void AddValue(List<MappedValue> values, string name, SchemaColumn? column, Func<string, string?> group)
    {
        var constants = new string?[5];
        foreach ((SeriesPart part, string path, FieldSource? field) in Fields())
        {
            if (field?.Match is not { } match)
            {
                continue;
            }

            switch (MappedText.Apply(field.Text, group(match), out string? result))
            {
                case TextFate.Dropped:
                    return;
                case TextFate.Unknown:
                    Add($"{path}.map: does not hold '{group(match)}', which column '{name}' gives");
                    break;
                default:
                    constants[(int)part] = result;
                    break;
            }
        }

        values.Add(new MappedValue(column, name, constants));
    }

    private IEnumerable<(SeriesPart Part, string Path, FieldSource? Field)> Fields() =>
    [
        (SeriesPart.Unit, "unit", _mapping.Unit),
        (SeriesPart.MeasurementType, "measurementType", _mapping.MeasurementType),
        (SeriesPart.QualityFlag, "qualityFlag", _mapping.QualityFlag),
        (SeriesPart.Region, "region", _mapping.Region),
        (SeriesPart.Subject, MappingReader.SubjectOf(_mapping.Dataset), _mapping.Subject),
    ];

    /// <summary>Two columns that give the same series would overwrite each other. The unit tells no series apart.</summary>
    private void CheckDistinct(List<MappedValue> values)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (MappedValue value in values)
        {
            string key = string.Join('\0', value.Constants.Skip(1).Select(text => text is null ? "0" : "1" + text));
            if (!first.TryAdd(key, value.Name))
            {
                Add($"unpivot.columns: '{first[key]}' and '{value.Name}' give the same series; map a group that tells them apart");
            }
        }
    }

    private SchemaColumn? FindOrNull(string name) =>
        _schema.Columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.Ordinal));

    private SchemaColumn? Find(string path, string name)
    {
        SchemaColumn[] found = [.. _schema.Columns.Where(column => string.Equals(column.Name, name, StringComparison.Ordinal))];
        if (found.Length == 1)
        {
            return found[0];
        }

        if (found.Length > 1)
        {
            Add($"{path} '{name}': {FileName} has {found.Length} columns of this name");
            return null;
        }

        if (_faults.Count == MaxFaults)
        {
            return null;
        }

        string? nearest = NearestName.Find(name, _schema.Columns.Select(column => column.Name));
        SchemaColumn? near = nearest is null ? null : FindOrNull(nearest);
        Add($"{path} '{name}' is not in {FileName}; "
            + (near is null ? $"it has {Names()}" : $"nearest: '{near.Name}' ({near.Element.Describe()})"));
        return null;
    }

    private string Names()
    {
        const int Shown = 20;
        IEnumerable<string> names = _schema.Columns.Take(Shown).Select(column => $"'{column.Name}'");
        return string.Join(", ", names) + (_schema.Columns.Count > Shown ? $" and {_schema.Columns.Count - Shown} more" : "");
    }

    private void AddType(string path, SchemaColumn column, string expected) =>
        Add($"{path} '{column.Name}': expected {expected}, found {column.Element.Describe()}");

    private void Add(string fault)
    {
        if (_faults.Count < MaxFaults)
        {
            _faults.Add(fault);
        }
    }
}
