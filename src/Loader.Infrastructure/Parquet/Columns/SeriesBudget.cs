using System.Diagnostics.CodeAnalysis;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>The memory budget for the distinct series of a file, which are kept until the file is closed.</summary>
/// <remarks>
/// Everything that grows with the number of series is charged before it is allocated, so that a file with too many of them is refused at
/// the first one that does not fit, and not by running out of memory.
/// </remarks>
/// <param name="file">The file, for messages.</param>
/// <param name="memory">The memory that all open files share. Disposing the budget gives back what it took.</param>
internal sealed class SeriesBudget(SourceFile file, SeriesMemory memory) : IDisposable
{
    /// <summary>
    /// What reader and destination keep for a series besides its texts and pairs. With a million series that differ in one text of 36
    /// characters, a load to Timestream grew by 1,280 bytes for each of them, all told.
    /// </summary>
    private const int BytesPerSeries = 1_000;

    /// <summary>A pair of codes, in a list and in a hash table of at most half its slots, while both grow.</summary>
    private const int BytesPerPair = 80;

    /// <summary>A text is kept in UTF-8, for comparison, and in UTF-16.</summary>
    private const int CopiesPerByte = 3;

    /// <summary>What a text takes besides its characters: two objects, and entries in lists and in a hash table.</summary>
    private const int BytesPerText = 104;

    private long _used;
    private long _series;

    /// <summary>Charges a distinct text of a column.</summary>
    /// <param name="length">Its length in UTF-8 bytes.</param>
    /// <exception cref="TooManySeriesException">The budget is exhausted.</exception>
    public void ChargeText(int length) => Charge(((long)length * CopiesPerByte) + BytesPerText);

    /// <summary>Charges a pair of codes.</summary>
    /// <exception cref="TooManySeriesException">The budget is exhausted.</exception>
    public void ChargePair() => Charge(BytesPerPair);

    /// <summary>Charges a series, apart from its texts and pairs.</summary>
    /// <exception cref="TooManySeriesException">The budget is exhausted.</exception>
    public void ChargeSeries()
    {
        Charge(BytesPerSeries);
        _series++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        memory.Return(_used);
        _used = 0;
    }

    private void Charge(long bytes)
    {
        if (!memory.TryTake(bytes))
        {
            Throw(bytes);
        }

        _used += bytes;
    }

    [DoesNotReturn]
    private void Throw(long bytes) => throw (bytes <= memory.MaxBytes - _used
        ? new TooManySeriesException(
            $"The distinct series of {PlainText.Escape(file.ToString())} do not fit into the {memory.MaxBytes} bytes of memory that all "
            + $"loads may use for series: after {_series} of them, other files use the rest. Load the file again.")
        {
            File = file,
            IsShared = true,
        }
        : new TooManySeriesException(
            $"{PlainText.Escape(file.ToString())} has too many distinct series: after {_series} of them, the next does not fit into the "
            + $"{memory.MaxBytes} bytes of memory that a load may use for the series of one file. Write fewer series into one file, such "
            + "as one file for each region, or give the load more memory. If a dimension differs in nearly every row, it is probably the "
            + "wrong column.")
        {
            File = file,
        });
}
