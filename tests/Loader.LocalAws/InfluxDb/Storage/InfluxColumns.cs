namespace Loader.LocalAws.InfluxDb.Storage;

/// <summary>A column of a table of engine 3.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Field">The type of a field; null for a tag and for time.</param>
public sealed record InfluxColumn(string Name, InfluxType? Field)
{
    /// <summary>The name of the time column.</summary>
    public const string TimeName = "time";

    /// <summary>Gets a value indicating whether this is the time.</summary>
    public bool IsTime => Field is null && string.Equals(Name, TimeName, StringComparison.Ordinal);

    /// <summary>Gets a value indicating whether this is a tag.</summary>
    public bool IsTag => Field is null && !IsTime;

    /// <summary>Gets the type as error messages name it (influxdata/influxdb, core/schema/src/lib.rs).</summary>
    public string TypeName => Field switch
    {
        null when IsTime => "iox::column_type::timestamp",
        null => "iox::column_type::tag",
        InfluxType.Float => "iox::column_type::field::float",
        InfluxType.Integer => "iox::column_type::field::integer",
        InfluxType.Unsigned => "iox::column_type::field::uinteger",
        InfluxType.Text => "iox::column_type::field::string",
        _ => "iox::column_type::field::boolean",
    };

    /// <summary>Gets the type as information_schema.columns names it (influxdata/influxdb, influxdb3/tests/server/snapshots).</summary>
    public string DataType => Field switch
    {
        null when IsTime => "Timestamp(ns)",
        null => "Dictionary(Int32, Utf8)",
        InfluxType.Float => "Float64",
        InfluxType.Integer => "Int64",
        InfluxType.Unsigned => "UInt64",
        InfluxType.Text => "Utf8",
        _ => "Boolean",
    };
}

/// <summary>
/// The columns of a table of engine 3, in the order in which they were made. Messages are those of influxdata/influxdb, influxdb3_catalog/src/error.rs: the
/// loader must tell limits from conflicts by them.
/// </summary>
internal sealed class InfluxColumns
{
    private readonly Dictionary<string, InfluxColumn> _byName;

    public InfluxColumns() => _byName = new(StringComparer.Ordinal);

    private InfluxColumns(InfluxColumns other)
    {
        _byName = new(other._byName, StringComparer.Ordinal);
        All.AddRange(other.All);
    }

    public List<InfluxColumn> All { get; } = [];

    public InfluxColumns Copy() => new(this);

    /// <summary>Adds a column unless it exists. Throws if it exists with another type, or if a limit is reached.</summary>
    public void Require(InfluxColumn column, LocalInfluxOptions options)
    {
        if (_byName.TryGetValue(column.Name, out var existing))
        {
            // InfluxDB reference, section 2: a tag and a field may not share a name.
            if (existing != column)
            {
                throw new CatalogException($"invalid column type for column '{column.Name}', expected {existing.TypeName}, got {column.TypeName}");
            }

            return;
        }

        if (column.Name.Any(char.IsControl))
        {
            throw new CatalogException($"invalid configuration provided: {(column.IsTag ? "tag" : "field")} key cannot contain control characters");
        }

        // Section 2: 500 columns with time, 4,096 tag columns.
        if (column.IsTag && All.Count(other => other.IsTag) >= options.MaxTagColumns)
        {
            throw new CatalogException($"Update to schema would exceed number of tag columns per table limit of {options.MaxTagColumns} columns");
        }

        if (All.Count >= options.MaxColumns)
        {
            throw new CatalogException($"Update to schema would exceed number of columns per table limit of {options.MaxColumns} columns");
        }

        _byName.Add(column.Name, column);
        All.Add(column);
    }
}

/// <summary>The catalog of engine 3 refuses a line.</summary>
internal sealed class CatalogException(string message) : Exception(message);
