using System.Globalization;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.DuckDb;

namespace Loader.Tests.DuckDb;

/// <summary>The rules of identity and version on a dictionary, one row at a time: a simple reference implementation.</summary>
internal sealed class VersionOracle
{
    private readonly Dictionary<(long Time, SeriesKey Identity), (double Value, string Unit, long Version)> _rows = [];

    public TableChanges Changes { get; private set; }

    public WriteOutcome Write(MeasurementBatch batch)
    {
        var valid = Enumerable.Range(0, batch.Count).Select(row => batch[row]).Where(row => row.Verdict == RejectionReason.None).ToList();
        List<EnergyMeasurement> winners =
            [.. valid.GroupBy(Identity).Select(same => same.OrderBy(row => row.Version).ThenBy(row => row.Row).Last()).OrderBy(row => row.Row)];
        int written = 0;
        int superseded = 0;
        int duplicate = valid.Count - winners.Count;
        var rejected = new List<RejectedRow>();
        foreach (EnergyMeasurement row in winners)
        {
            bool found = _rows.TryGetValue(Identity(row), out (double Value, string Unit, long Version) stored);
            bool same = found && stored.Value.Equals(row.Value) && stored.Unit == row.Series.Unit;
            if (!found || stored.Version < row.Version || (stored.Version == row.Version && same))
            {
                written++;
                _rows[Identity(row)] = (row.Value, row.Series.Unit!, row.Version);
                Changes += new TableChanges(found ? 0 : 1, found && !same ? 1 : 0, same ? 1 : 0);
            }
            else if (stored.Version == row.Version)
            {
                rejected.Add(new RejectedRow(row.Row, RejectionReason.VersionConflict));
            }
            else if (stored.Version >> ObjectVersion.RowGroupBits == row.Version >> ObjectVersion.RowGroupBits)
            {
                duplicate++;
            }
            else
            {
                superseded++;
            }
        }

        return new WriteOutcome { Written = written, Superseded = superseded, Duplicate = duplicate, Rejected = rejected };
    }

    /// <summary>Returns the rows as <see cref="DuckDbFile.Stored"/> does.</summary>
    public List<string> Stored() =>
        [.. _rows
            .OrderBy(row => row.Key.Time).ThenBy(row => row.Key.Identity.Region, StringComparer.Ordinal).ThenBy(row => row.Key.Identity.Subject, StringComparer.Ordinal)
            .ThenBy(row => row.Key.Identity.QualityFlag is null).ThenBy(row => row.Key.Identity.QualityFlag, StringComparer.Ordinal)
            .Select(row => string.Create(
                CultureInfo.InvariantCulture,
                $"{row.Key.Time * 1_000_000}|{row.Key.Identity.Region}|{row.Key.Identity.Subject}|{row.Key.Identity.MeasurementType}|{row.Key.Identity.QualityFlag ?? "null"}|{row.Value.Unit}|{row.Value.Value}|{row.Value.Version}"))];

    private static (long Time, SeriesKey Identity) Identity(EnergyMeasurement row) => (row.Time, row.Series.Key with { Unit = null });
}
