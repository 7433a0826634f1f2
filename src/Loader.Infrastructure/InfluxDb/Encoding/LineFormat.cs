using Loader.Infrastructure.InfluxDb.Settings;

namespace Loader.Infrastructure.InfluxDb.Encoding;

/// <summary>What decides the form of the lines of one load.</summary>
/// <param name="Table">The table, which needs no escape.</param>
/// <param name="Engine">The engine.</param>
/// <param name="Layout">The layout.</param>
/// <param name="Fingerprint">
/// The fingerprint of the source (<see cref="Application.Ports.RecordSource.Fingerprint"/>), at least 8 hexadecimal digits.
/// </param>
internal sealed record LineFormat(string Table, InfluxDbEngine Engine, InfluxDbLayout Layout, string Fingerprint)
{
    /// <summary>The name of the tag or field that holds the version.</summary>
    public const string VersionName = "version";

    /// <summary>The name of the field that holds the value.</summary>
    public const string ValueName = "value";

    /// <summary>The name of the field that holds the unit.</summary>
    public const string UnitName = "unit";

    /// <summary>The number of digits of the fingerprint in a version tag.</summary>
    public const int FingerprintDigits = 8;

    /// <summary>Gets how the engine reads escapes.</summary>
    public LineDialect Dialect => Engine == InfluxDbEngine.Version2 ? LineDialect.Version2 : LineDialect.Version3;

    /// <summary>
    /// Gets a value indicating whether points have a field with the unit. A column of equal texts costs nothing on engine 3; on engine 2 a
    /// field is a series of its own.
    /// </summary>
    public bool HasUnit => Engine == InfluxDbEngine.Version3;
}
