namespace Loader.Infrastructure.Parquet;

/// <summary>What a column of a file is used for.</summary>
public enum ColumnUse
{
    /// <summary>Nothing: the column is not even downloaded.</summary>
    Ignored,

    /// <summary>The time of a row.</summary>
    Time,

    /// <summary>The value of a row.</summary>
    Value,

    /// <summary>The unit of the values.</summary>
    Unit,

    /// <summary>A dimension of the row's series.</summary>
    Dimension,

    /// <summary>The version that a row of a file of rejected rows brings with it.</summary>
    Version,
}
