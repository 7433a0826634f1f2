using System.Globalization;
using System.Text.Json;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Protocol;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Sending;

/// <summary>Asks engine 2 about the points of a table with the layout <see cref="InfluxDbLayout.Overwrite"/>.</summary>
/// <param name="calls">Asks the server.</param>
/// <param name="bucket">The bucket.</param>
/// <param name="table">The table.</param>
internal sealed class StoredPoints(InfluxDbCalls calls, string bucket, string table)
{
    /// <summary>
    /// The maximum length of a response. If more points are newer, the range of time is divided: a row group of a million rows that are all
    /// overtaken would give 45 MB.
    /// </summary>
    private const int MaxResponseBytes = 16 * 1024 * 1024;

    /// <summary>Finds the rows of a plan for which the table has a newer point, and takes them out of the plan.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="cancellationToken">Cancels the requests.</param>
    /// <returns>How many rows a newer object has superseded, and how many a later row group of the same object has.</returns>
    /// <exception cref="InfluxDbCallException">The server does not answer.</exception>
    public async Task<(int Superseded, int Duplicate)> RemoveOvertakenAsync(
        WritePlan<PreparedLine> plan, CancellationToken cancellationToken)
    {
        if (plan.Count == 0)
        {
            return default;
        }

        var overtaken = new OvertakenRows(plan);
        (long from, long to) = RangeOf(plan);
        await FindAsync(overtaken, LowestVersionOf(plan), from, to, cancellationToken).ConfigureAwait(false);
        overtaken.Remove();
        return (overtaken.Superseded, overtaken.Duplicate);
    }

    /// <summary>Counts the points with the version of a plan's rows, in their range of time.</summary>
    /// <param name="plan">The plan, whose rows have one version.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The number of points.</returns>
    /// <exception cref="InfluxDbCallException">The server does not answer.</exception>
    public async Task<long> CountAsync(WritePlan<PreparedLine> plan, CancellationToken cancellationToken)
    {
        (long from, long to) = RangeOf(plan);
        string statement = string.Create(
            CultureInfo.InvariantCulture,
            $"""SELECT count("value") FROM "{table}" WHERE "version" = {plan.Batch.Version} AND time >= {from} AND time <= {to}""");
        ReadOnlyMemory<byte> body = await calls.GetAsync(InfluxQl.Path(bucket, statement), cancellationToken).ConfigureAwait(false);
        return InfluxDbCalls.Parse(body, "the number of points", static root =>
            InfluxQl.SeriesOf(root).Sum(static series => series.GetProperty("values")[0][1].GetInt64()));
    }

    private async Task FindAsync(OvertakenRows overtaken, long version, long from, long to, CancellationToken cancellationToken)
    {
        string statement = string.Create(
            CultureInfo.InvariantCulture,
            $"""SELECT "version" FROM "{table}" WHERE "version" > {version} AND time >= {from} AND time <= {to} GROUP BY *""");
        try
        {
            ReadOnlyMemory<byte> body = await calls.GetAsync(
                InfluxQl.Path(bucket, statement), MaxResponseBytes, InfluxDbClient.IsOk, cancellationToken).ConfigureAwait(false);
            InfluxDbCalls.Parse(body, "newer points", root => overtaken.AddAll(InfluxQl.SeriesOf(root)));
        }
        catch (InfluxDbCallException failure) when (from < to && failure.Error.Cause is ResponseTooLongException)
        {
            long middle = from + ((to - from) / 2);
            await FindAsync(overtaken, version, from, middle, cancellationToken).ConfigureAwait(false);
            await FindAsync(overtaken, version, middle + 1, to, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Returns the times of the first and the last row, in nanoseconds.</summary>
    private static (long From, long To) RangeOf(WritePlan<PreparedLine> plan)
    {
        long factor = TimeUnit.Nanoseconds.PerSecond() / plan.Batch.TimeUnit.PerSecond();
        long from = long.MaxValue;
        long to = long.MinValue;
        ReadOnlySpan<long> times = plan.Batch.Times;
        foreach (int row in plan.RowIndices)
        {
            from = Math.Min(from, times[row]);
            to = Math.Max(to, times[row]);
        }

        return (from * factor, to * factor);
    }

    private static long LowestVersionOf(WritePlan<PreparedLine> plan)
    {
        if (plan.Batch.Versions.IsEmpty)
        {
            return plan.Batch.Version;
        }

        long lowest = long.MaxValue;
        foreach (int row in plan.RowIndices)
        {
            lowest = Math.Min(lowest, plan.Batch.VersionOf(row));
        }

        return lowest;
    }

    /// <summary>The rows of a plan that are overtaken.</summary>
    private sealed class OvertakenRows
    {
        private readonly WritePlan<PreparedLine> _plan;
        private readonly Dictionary<string, int> _runs = new(StringComparer.Ordinal);
        private readonly bool[] _isOvertaken;
        private readonly long _factor;

        public OvertakenRows(WritePlan<PreparedLine> plan)
        {
            _plan = plan;
            _isOvertaken = new bool[plan.Count];
            _factor = TimeUnit.Nanoseconds.PerSecond() / plan.Batch.TimeUnit.PerSecond();
            for (int run = 0; run < plan.RunEnds.Length; run++)
            {
                Series series = plan.Batch.SeriesById[plan.RunSeriesIds[run]];
                _runs.Add(SeriesTags.KeyOf(series), run);
            }
        }

        public int Superseded { get; private set; }

        public int Duplicate { get; private set; }

        /// <summary>Adds newer points.</summary>
        /// <returns>The number of rows that are overtaken.</returns>
        public int AddAll(IEnumerable<JsonElement> series)
        {
            foreach (JsonElement one in series)
            {
                Add(one);
            }

            return Superseded + Duplicate;
        }

        private void Add(JsonElement series)
        {
            string key = SeriesTags.KeyOf(
                series.GetProperty("tags").EnumerateObject().Select(static tag => (tag.Name, tag.Value.GetString()!)));
            if (_runs.TryGetValue(key, out int run))
            {
                int start = run == 0 ? 0 : _plan.RunEnds[run - 1];
                foreach (JsonElement point in series.GetProperty("values").EnumerateArray())
                {
                    Add(start, _plan.RunEnds[run], point[0].GetInt64(), point[1].GetInt64());
                }
            }
        }

        /// <summary>Takes the rows out of the plan.</summary>
        public void Remove() => _plan.Remove(_isOvertaken);

        private void Add(int start, int end, long time, long stored)
        {
            if (time % _factor != 0 || FindPosition(start, end, time / _factor) is not { } position || _isOvertaken[position])
            {
                return;
            }

            switch (ObjectVersion.CompareStored(_plan.Batch.VersionOf(_plan.RowIndices[position]), stored))
            {
                case StoredVersion.NewerObject:
                    Superseded++;
                    _isOvertaken[position] = true;
                    break;
                case StoredVersion.LaterRowGroup:
                    Duplicate++;
                    _isOvertaken[position] = true;
                    break;
            }
        }

        /// <summary>Finds the row of a time. The rows of a run are in the order of their times.</summary>
        private int? FindPosition(int start, int end, long time)
        {
            ReadOnlySpan<long> times = _plan.Batch.Times;
            ReadOnlySpan<int> rows = _plan.RowIndices;
            while (start < end)
            {
                int middle = (start + end) >>> 1;
                long found = times[rows[middle]];
                if (found == time)
                {
                    return middle;
                }

                (start, end) = found < time ? (middle + 1, end) : (start, middle);
            }

            return null;
        }
    }
}
