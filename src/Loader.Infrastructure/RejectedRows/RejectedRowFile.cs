using System.Globalization;
using Loader.Application.Ports;
using Loader.Domain;
using Parquet;
using Parquet.Schema;

namespace Loader.Infrastructure.RejectedRows;

/// <summary>Writes rejected rows as a Parquet file that the loader can load again.</summary>
/// <remarks>
/// Times are ISO 8601 text in UTC, ending with <c>Z</c> and exact to the nanosecond. A time that could not be parsed is written as it is in
/// the source.
/// </remarks>
internal static class RejectedRowFile
{
    /// <summary>
    /// The maximum number of rows of a file. It limits the memory needed in addition to the batch. A file has one row group, so that it is
    /// read completely before a replay overwrites it with the rows that are refused again.
    /// </summary>
    public const int MaxRows = 65_536;

    /// <summary>Writes rows as one row group.</summary>
    /// <param name="destination">The stream, which stays open.</param>
    /// <param name="source">The file that the rows come from.</param>
    /// <param name="batch">The row group.</param>
    /// <param name="rows">The rows to write, at most <see cref="MaxRows"/>.</param>
    /// <param name="cancellationToken">Cancels writing.</param>
    /// <returns>A task that ends when the file is complete.</returns>
    public static async Task WriteAsync(
        Stream destination, SourceFile source, MeasurementBatch batch, IReadOnlyList<RejectedRow> rows, CancellationToken cancellationToken)
    {
        var time = new DataField<string>(ColumnNames.Timestamp, true);
        var region = new DataField<string>(ColumnNames.Region, true);
        var value = new DataField<double>(ColumnNames.Value, true);
        var unit = new DataField<string>(ColumnNames.Unit, true);
        var measurementType = new DataField<string>(ColumnNames.MeasurementType, true);
        var subject = new DataField<string>(batch.Dataset.SubjectColumn, true);
        var qualityFlag = new DataField<string>(ColumnNames.QualityFlag, true);
        var reason = new DataField<string>(RejectedRowColumns.Reason, true);
        var detail = new DataField<string>(RejectedRowColumns.Detail, true);
        var version = new DataField<long>(RejectedRowColumns.Version, false);
        var from = new DataField<string>(RejectedRowColumns.Source, true);
        var rowGroup = new DataField<int>(RejectedRowColumns.RowGroup, false);
        var row = new DataField<int>(RejectedRowColumns.Row, false);
        var fromColumn = new DataField<string>(RejectedRowColumns.Column, true);
        var schema = new ParquetSchema(
        [
            time, region, value, unit, measurementType, subject, qualityFlag, reason, detail,
            .. batch.Columns.IsEmpty ? [] : new[] { fromColumn },
            version, from, rowGroup, row,
        ]);

        ParquetWriter writer = await ParquetWriter.CreateAsync(schema, destination, cancellationToken: cancellationToken)
            .ConfigureAwait(false);
        await using (writer.ConfigureAwait(false))
        {
            using ParquetRowGroupWriter group = writer.CreateRowGroup();
            await group.WriteAsync(time, Column(i => TimeOf(batch, i.Row))).ConfigureAwait(false);
            await group.WriteAsync(region, Column(i => KeyOf(batch, i.Row).Region)).ConfigureAwait(false);
            await group.WriteAsync<double>(value, Column(i => ValueOf(batch, i.Row)), cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            await group.WriteAsync(unit, Column(i => KeyOf(batch, i.Row).Unit)).ConfigureAwait(false);
            await group.WriteAsync(measurementType, Column(i => KeyOf(batch, i.Row).MeasurementType)).ConfigureAwait(false);
            await group.WriteAsync(subject, Column(i => KeyOf(batch, i.Row).Subject)).ConfigureAwait(false);
            await group.WriteAsync(qualityFlag, Column(i => KeyOf(batch, i.Row).QualityFlag)).ConfigureAwait(false);
            await group.WriteAsync(reason, Column(i => (string?)i.Reason.ToString())).ConfigureAwait(false);
            await group.WriteAsync(detail, Column(i => i.Detail)).ConfigureAwait(false);
            if (!batch.Columns.IsEmpty)
            {
                await group.WriteAsync(fromColumn, Column(i => batch.SourceColumnOf(i.Row))).ConfigureAwait(false);
            }

            await group.WriteAsync<long>(version, Column(i => batch.VersionOf(i.Row)), cancellationToken: cancellationToken)
                .ConfigureAwait(false);
            await group.WriteAsync(from, Column(i => (string?)OriginOf(source, batch, i.Row).Source)).ConfigureAwait(false);
            await group.WriteAsync<int>(
                rowGroup, Column(i => OriginOf(source, batch, i.Row).RowGroup), cancellationToken: cancellationToken).ConfigureAwait(false);
            await group.WriteAsync<int>(row, Column(i => OriginOf(source, batch, i.Row).Row), cancellationToken: cancellationToken)
                .ConfigureAwait(false);

            T[] Column<T>(Func<RejectedRow, T> cell)
            {
                var column = new T[rows.Count];
                for (int i = 0; i < column.Length; i++)
                {
                    column[i] = cell(rows[i]);
                }

                return column;
            }
        }
    }

    /// <summary>Returns where a row was first read: a replayed row keeps its first place, not that in the file of kept rows.</summary>
    private static RowOrigin OriginOf(SourceFile source, MeasurementBatch batch, int row) =>
        batch.OriginOf(row) is { Source: not null } first
            ? first
            : new RowOrigin(source.ToString(), batch.RowGroup, batch.SourceRowOf(row));

    private static SeriesKey KeyOf(MeasurementBatch batch, int row) => batch.SeriesById[batch.SeriesIds[row]].Key;

    private static double? ValueOf(MeasurementBatch batch, int row) => double.IsNaN(batch.Values[row]) ? null : batch.Values[row];

    private static string? TimeOf(MeasurementBatch batch, int row)
    {
        if (batch.OriginalTimeOf(row) is { } original)
        {
            return original;
        }

        long time = batch.Times[row];
        if (time == MeasurementBatch.MissingTime)
        {
            return null;
        }

        long perSecond = batch.TimeUnit.PerSecond();
        long second = Math.DivRem(time, perSecond, out long fraction);
        if (fraction < 0)
        {
            second--;
            fraction += perSecond;
        }

        if (second < DateTimeOffset.MinValue.ToUnixTimeSeconds() || second > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            // ISO text covers the years 1 to 9999. For other times the number is written; when the file is loaded again, it is an
            // unreadable time.
            return time.ToString(CultureInfo.InvariantCulture);
        }

        int digits = batch.TimeUnit switch { TimeUnit.Milliseconds => 3, TimeUnit.Microseconds => 6, _ => 9 };
        string fractionText = fraction.ToString(CultureInfo.InvariantCulture).PadLeft(digits, '0');
        DateTime whole = DateTimeOffset.FromUnixTimeSeconds(second).UtcDateTime;
        return string.Create(CultureInfo.InvariantCulture, $"{whole:yyyy-MM-dd'T'HH:mm:ss}.{fractionText}Z");
    }
}
