using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Application;

/// <summary>Collects the first rows of each reason of one load. Row groups may settle in any order.</summary>
/// <remarks>Thread-safe. The memory does not grow with the number of rows.</remarks>
internal sealed class UnstoredRows
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(RejectionReason, bool IsRejected), List<RowExample>> _byReason = [];

    /// <summary>Adds the invalid and the rejected rows of a row group.</summary>
    /// <param name="batch">The row group.</param>
    /// <param name="invalid">The number of invalid rows.</param>
    /// <param name="rejected">The rows that the destination refused.</param>
    public void Add(MeasurementBatch batch, int invalid, IReadOnlyList<RejectedRow> rejected)
    {
        lock (_lock)
        {
            foreach (RejectedRow row in rejected)
            {
                Offer(batch, row.Row, row.Reason, isRejected: true, row.Detail);
            }

            Span<RejectionReason> verdicts = batch.Verdicts;
            for (int row = 0; row < verdicts.Length && invalid > 0; row++)
            {
                if (verdicts[row] != RejectionReason.None && !verdicts[row].IsFiltered())
                {
                    Offer(batch, row, verdicts[row], isRejected: false, detail: null);
                    invalid--;
                }
            }
        }
    }

    /// <summary>Lists the rows before a row group, by reason and in file order.</summary>
    public IReadOnlyList<RowExample> Before(int rowGroup)
    {
        lock (_lock)
        {
            return
            [
                .. _byReason.OrderBy(pair => pair.Key)
                    .SelectMany(pair => pair.Value.Where(row => row.RowGroup < rowGroup)),
            ];
        }
    }

    private void Offer(MeasurementBatch batch, int row, RejectionReason reason, bool isRejected, string? detail)
    {
        if (!_byReason.TryGetValue((reason, isRejected), out List<RowExample>? rows))
        {
            _byReason.Add((reason, isRejected), rows = []);
        }

        // Nearly all rows of a file with many faults end here.
        (int RowGroup, int Row) place = (batch.RowGroup, batch.SourceRowOf(row));
        if (rows.Count == RowExample.MaxPerReason && PlaceOf(rows[^1]).CompareTo(place) <= 0)
        {
            return;
        }

        Series series = batch.SeriesById[batch.SeriesIds[row]];
        int at = rows.Count;
        while (at > 0 && PlaceOf(rows[at - 1]).CompareTo(place) > 0)
        {
            at--;
        }

        rows.Insert(at, new RowExample(reason, place.RowGroup, place.Row)
        {
            IsRejected = isRejected,
            Column = batch.SourceColumnOf(row),
            Time = batch.Times[row] == MeasurementBatch.MissingTime ? null : batch.TimeUnit.ToInstant(batch.Times[row]),
            Value = double.IsNaN(batch.Values[row]) ? null : batch.Values[row],
            Series = Cut(string.Join(", ", series.Dimensions.Select(d => $"{d.Name}={Cut(d.Value)}")))!,
            Detail = Cut(detail ?? batch.DetailOf(row)),
        });
        if (rows.Count > RowExample.MaxPerReason)
        {
            rows.RemoveAt(RowExample.MaxPerReason);
        }
    }

    private static (int RowGroup, int Row) PlaceOf(RowExample row) => (row.RowGroup, row.Row);

    private static string? Cut(string? text) => text is { Length: > RowExample.MaxTextLength } ? text[..RowExample.MaxTextLength] : text;
}
