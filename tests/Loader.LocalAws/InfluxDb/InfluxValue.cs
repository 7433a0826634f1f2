using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Loader.LocalAws.InfluxDb;

/// <summary>The type of a field.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "InfluxDB calls them so.")]
public enum InfluxType
{
    /// <summary>64-bit floating point.</summary>
    Float,

    /// <summary>Signed 64-bit integer (<c>1i</c>).</summary>
    Integer,

    /// <summary>Unsigned 64-bit integer (<c>1u</c>).</summary>
    Unsigned,

    /// <summary>Text in quotes.</summary>
    Text,

    /// <summary>True or false.</summary>
    Boolean,
}

/// <summary>The value of a field. Two values are equal if type and content are; floats are compared by their bits.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "InfluxDB calls them so.")]
public readonly record struct InfluxValue
{
    private readonly long _bits;

    private InfluxValue(InfluxType type, long bits, string? text = null)
    {
        Type = type;
        _bits = bits;
        Text = text;
    }

    /// <summary>Gets the type.</summary>
    public InfluxType Type { get; }

    /// <summary>Gets the content of a text, or null for every other type.</summary>
    public string? Text { get; }

    /// <summary>Gets the content of a float.</summary>
    public double Float => Type == InfluxType.Float ? BitConverter.Int64BitsToDouble(_bits) : throw Wrong(InfluxType.Float);

    /// <summary>Gets the content of an integer.</summary>
    public long Integer => Type == InfluxType.Integer ? _bits : throw Wrong(InfluxType.Integer);

    /// <summary>Gets the content of an unsigned integer.</summary>
    public ulong Unsigned => Type == InfluxType.Unsigned ? (ulong)_bits : throw Wrong(InfluxType.Unsigned);

    /// <summary>Gets the content of a boolean.</summary>
    public bool Boolean => Type == InfluxType.Boolean ? _bits != 0 : throw Wrong(InfluxType.Boolean);

    /// <summary>Creates a float.</summary>
    public static InfluxValue Of(double value) => new(InfluxType.Float, BitConverter.DoubleToInt64Bits(value));

    /// <summary>Creates an integer.</summary>
    public static InfluxValue Of(long value) => new(InfluxType.Integer, value);

    /// <summary>Creates an unsigned integer.</summary>
    public static InfluxValue Of(ulong value) => new(InfluxType.Unsigned, (long)value);

    /// <summary>Creates a boolean.</summary>
    public static InfluxValue Of(bool value) => new(InfluxType.Boolean, value ? 1 : 0);

    /// <summary>Creates a text.</summary>
    public static InfluxValue Of(string value) => new(InfluxType.Text, 0, value);

    /// <inheritdoc/>
    public override string ToString() => Type switch
    {
        InfluxType.Float => Float.ToString(CultureInfo.InvariantCulture),
        InfluxType.Integer => Integer.ToString(CultureInfo.InvariantCulture) + "i",
        InfluxType.Unsigned => Unsigned.ToString(CultureInfo.InvariantCulture) + "u",
        InfluxType.Boolean => Boolean ? "true" : "false",
        _ => $"\"{Text}\"",
    };

    private InvalidOperationException Wrong(InfluxType wanted) => new($"{this} is {Type}, not {wanted}.");
}
