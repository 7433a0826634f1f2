namespace Loader.LocalAws.Timestream;

/// <summary>The database and tables that the loader's variables name in <see cref="LocalAwsServer.Environment"/>.</summary>
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

    /// <summary>Takes records of any age up to 200 years: what a load of past years needs.</summary>
    public static TableSettings Settings { get; } = new() { MemoryStoreHours = 24, MagneticStoreDays = 73_000, MagneticStoreWrites = true };
}
