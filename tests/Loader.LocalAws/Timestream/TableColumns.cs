namespace Loader.LocalAws.Timestream;

/// <summary>The column names used by a table's records so far, with their quotas. Not thread-safe; the table locks.</summary>
internal sealed class TableColumns
{
    private const int MaxDimensions = 128;
    private const int MaxMeasureNames = 8192;
    private const int MaxMultiMeasures = 1024;

    private readonly HashSet<string> _dimensions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MeasureValueType> _measureNames = new(StringComparer.Ordinal);
    private readonly Dictionary<string, MeasureValueType> _multiMeasures = new(StringComparer.Ordinal);

    /// <summary>The reason to reject the record, or null.</summary>
    public string? Refusal(WriteRecord record)
    {
        foreach (var (name, _) in record.Dimensions)
        {
            // protocols 1.6: dimension and measure names share one column space.
            if (_multiMeasures.ContainsKey(name))
            {
                return $"The dimension name '{name}' is already the name of a measure.";
            }
        }

        // protocols 1.6: 128 dimensions in a table.
        if (_dimensions.Count + CountNew(record) > MaxDimensions)
        {
            return "The table would have more than 128 dimensions.";
        }

        if (_measureNames.TryGetValue(record.MeasureName, out var type))
        {
            // field 2.7: a type change for an existing measure name.
            if (type != record.Type)
            {
                return $"The measure name '{record.MeasureName}' exists with another type.";
            }
        }
        else if (_measureNames.Count == MaxMeasureNames)
        {
            // protocols 1.6: 8192 measure names in a table.
            return "The table would have more than 8192 measure names.";
        }

        return record.MeasureValues.Count == 0 ? null : RefusalOfMeasures(record);
    }

    public bool HasDimension(string name) => _dimensions.Contains(name);

    public void Add(WriteRecord record)
    {
        foreach (var (name, _) in record.Dimensions)
        {
            _dimensions.Add(name);
        }

        _measureNames.TryAdd(record.MeasureName, record.Type);
        foreach (var (name, _, type) in record.MeasureValues)
        {
            _multiMeasures.TryAdd(name, type);
        }
    }

    private int CountNew(WriteRecord record)
    {
        var count = 0;
        foreach (var (name, _) in record.Dimensions)
        {
            count += _dimensions.Contains(name) ? 0 : 1;
        }

        return count;
    }

    private string? RefusalOfMeasures(WriteRecord record)
    {
        var added = 0;
        foreach (var (name, _, type) in record.MeasureValues)
        {
            if (_dimensions.Contains(name))
            {
                return $"The measure name '{name}' is already the name of a dimension.";
            }

            if (!_multiMeasures.TryGetValue(name, out var existing))
            {
                added++;
            }
            else if (existing != type)
            {
                return $"The measure '{name}' exists with another type.";
            }
        }

        // protocols 1.6: 1024 distinct multi-measures in a table.
        return _multiMeasures.Count + added > MaxMultiMeasures ? "The table would have more than 1024 measures." : null;
    }
}
