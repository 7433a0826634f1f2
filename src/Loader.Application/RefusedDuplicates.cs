using System.Runtime.InteropServices;
using Loader.Application.Ports;
using Loader.Domain;

namespace Loader.Application;

/// <summary>
/// Finds the rows that are neither stored nor reported: a later row with the same series and time replaced them, and the destination then
/// refused that row. They count as rejected, so that they are kept too.
/// </summary>
/// <remarks>
/// A writer counts them as duplicates, because it chooses one row of each series and time before it sends anything. Which one it chooses
/// does not matter here: if it is refused, none of the others was sent.
/// </remarks>
internal static class RefusedDuplicates
{
    /// <summary>Moves overtaken rows from the duplicates of an outcome to its rejected rows.</summary>
    /// <param name="batch">The rows.</param>
    /// <param name="outcome">What the writer made of them.</param>
    /// <returns>The outcome; the same if no row was overtaken by a refused one.</returns>
    public static WriteOutcome Reveal(MeasurementBatch batch, WriteOutcome outcome)
    {
        if (outcome.Rejected.Count == 0 || outcome.Duplicate == 0)
        {
            return outcome;
        }

        var refused = new Dictionary<(int Series, long Time), int>(outcome.Rejected.Count);
        var isRejected = new HashSet<int>(outcome.Rejected.Count);
        foreach (RejectedRow row in outcome.Rejected)
        {
            refused[(batch.SeriesIds[row.Row], batch.Times[row.Row])] = row.Row;
            isRejected.Add(row.Row);
        }

        List<RejectedRow>? overtaken = null;
        for (int row = 0; row < batch.Count; row++)
        {
            if (batch.Verdicts[row] == RejectionReason.None
                && refused.TryGetValue((batch.SeriesIds[row], batch.Times[row]), out int by)
                && !isRejected.Contains(row))
            {
                overtaken ??= [];
                overtaken.Add(new RejectedRow(
                    row, RejectionReason.OvertakenByRefused, $"Row {batch.SourceRowOf(by)} has the same series and time and was refused."));
            }
        }

        if (overtaken is null)
        {
            return outcome;
        }

        int count = overtaken.Count;
        overtaken.AddRange(outcome.Rejected);
        CollectionsMarshal.AsSpan(overtaken).Sort(static (left, right) => left.Row.CompareTo(right.Row));
        return outcome with { Duplicate = outcome.Duplicate - count, Rejected = overtaken };
    }
}
