using Loader.Domain;
using Loader.Infrastructure.Parquet.Format;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Decodes times that are numbers: what their types share.</summary>
/// <typeparam name="T">The type that holds the physical type's bits.</typeparam>
/// <param name="column">The column.</param>
/// <param name="unit">The unit that holds every time of the type exactly.</param>
/// <param name="buffers">The room of the file.</param>
/// <param name="clock">The clock of the zone that the times are in, or <see langword="null"/> where they are in UTC.</param>
internal abstract class NumberTimeReader<T>(SourceColumn column, TimeUnit unit, PageBuffers buffers, LocalClock? clock) : TimeReader
    where T : unmanaged
{
    private readonly NumberPages<T> _pages = new(column.Element, buffers);

    /// <inheritdoc/>
    public override void Read(in ColumnChunk chunk, DecodedTimes times, CancellationToken cancellationToken)
    {
        times.Unit = unit;
        _pages.Begin(chunk);
        int firstRow = 0;
        foreach (PageHeader page in chunk.Pages.Data)
        {
            cancellationToken.ThrowIfCancellationRequested();
            NumberPage<T> numbers = _pages.Read(page);
            Span<long> rows = times.Times.Slice(firstRow, page.Values);
            bool allFit = Convert(numbers.Values, rows);
            Nulls.Spread(rows, numbers.Levels, numbers.Values.Length, MeasurementBatch.MissingTime);
            if (!allFit)
            {
                RefuseThoseThatDoNotFit(numbers, times, firstRow, page.Values);
            }

            if (clock is { IsUtc: false })
            {
                times.ToUtc(firstRow, page.Values, clock);
            }

            firstRow += page.Values;
        }
    }

    /// <summary>Converts values to counts of the unit.</summary>
    /// <param name="values">The values.</param>
    /// <param name="times">Where the counts go; <see cref="MeasurementBatch.MissingTime"/> for a value that does not fit.</param>
    /// <returns>Whether all fit.</returns>
    protected abstract bool Convert(ReadOnlySpan<T> values, Span<long> times);

    /// <summary>Writes a value as ISO 8601 text.</summary>
    /// <param name="value">A value that does not fit.</param>
    /// <param name="suffix"><c>Z</c> for UTC, nothing for local time.</param>
    /// <returns>The text.</returns>
    protected abstract string Describe(T value, string suffix);

    private void RefuseThoseThatDoNotFit(in NumberPage<T> numbers, DecodedTimes times, int firstRow, int rows)
    {
        Span<long> one = stackalloc long[1];
        int next = 0;
        for (int row = 0; row < rows; row++)
        {
            if (!numbers.Levels.IsEmpty && numbers.Levels[row] == 0)
            {
                continue;
            }

            T value = numbers.Values[next++];
            if (!Convert(new ReadOnlySpan<T>(in value), one))
            {
                times.Refuse(firstRow + row, RejectionReason.TimeOutOfRange, Describe(value, clock is null ? "Z" : ""));
            }
        }
    }
}
