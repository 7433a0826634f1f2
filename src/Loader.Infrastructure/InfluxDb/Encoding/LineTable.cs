using System.Buffers;
using System.Text;
using Loader.Domain;
using Loader.Infrastructure.Planning;

namespace Loader.Infrastructure.InfluxDb.Encoding;

/// <summary>The series of one load with the parts of their lines that do not depend on the row.</summary>
/// <param name="format">The form of the lines.</param>
internal sealed class LineTable(LineFormat format) : PreparedTable<PreparedLine>
{
    /// <inheritdoc/>
    protected override PreparedLine Prepare(Series series)
    {
        // Rows of a series with a fault are never sent, and its text may be invalid UTF-16.
        if (series.Fault != RejectionReason.None || (series.SpecialText & format.Dialect.Unwritable) != SpecialText.None)
        {
            return PreparedLine.Unwritable;
        }

        return new PreparedLine(SeriesPart(series), FieldPart(series));
    }

    /// <inheritdoc/>
    /// <remarks>In the order in which the file has them, because lines of different series share nothing.</remarks>
    protected override int[] Order(PreparedLine[] byId)
    {
        int[] order = new int[byId.Length];
        for (int id = 0; id < order.Length; id++)
        {
            order[id] = id;
        }

        return order;
    }

    private byte[] SeriesPart(Series series)
    {
        var text = new ArrayBufferWriter<byte>();
        System.Text.Encoding.UTF8.GetBytes(format.Table.AsSpan(), text);
        foreach ((string name, string value) in series.Dimensions)
        {
            // All points of a table have the same dataset. An empty tag is not allowed: it is left out, as null is.
            if (name != ColumnNames.DatasetType && value.Length > 0)
            {
                text.Write(","u8);
                System.Text.Encoding.UTF8.GetBytes(name.AsSpan(), text);
                text.Write("="u8);
                format.Dialect.WriteTagValue(text, value);
            }
        }

        return text.WrittenSpan.ToArray();
    }

    private byte[] FieldPart(Series series)
    {
        if (!format.HasUnit || series.Unit is not { } unit)
        {
            return [];
        }

        var text = new ArrayBufferWriter<byte>();
        text.Write(",unit="u8);
        LineDialect.WriteText(text, unit);
        return text.WrittenSpan.ToArray();
    }
}

/// <summary>The parts of a series' lines that do not depend on the row.</summary>
/// <param name="Series">Table and tags, without the version.</param>
/// <param name="Fields">The fields after the value, with the comma before each; empty if there are none.</param>
internal sealed record PreparedLine(byte[] Series, byte[] Fields)
{
    /// <summary>A series whose rows are invalid and never sent.</summary>
    public static PreparedLine Unwritable { get; } = new([], []);
}
