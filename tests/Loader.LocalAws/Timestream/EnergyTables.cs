namespace Loader.LocalAws.Timestream;

/// <summary>The database and the tables that <see cref="LocalAwsServer.Environment"/> names.</summary>
public static class EnergyTables
{
    /// <summary>The database.</summary>
    public const string Database = "energy";

    /// <summary>The table of dataset generation.</summary>
    public const string Generation = "generation";

    /// <summary>The table of dataset consumption.</summary>
    public const string Consumption = "consumption";

    /// <summary>The table of dataset transmission.</summary>
    public const string Transmission = "transmission";

    /// <summary>Accepts records up to 200 years old, so that data of past years can be loaded.</summary>
    public static TableSettings Settings { get; } = new() { MemoryStoreHours = 24, MagneticStoreDays = 73_000, MagneticStoreWrites = true };
}
