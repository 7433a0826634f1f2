using System.Collections.Immutable;
using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Cli.Loading;
using Loader.Domain;
using Loader.DuckDb.Comparing;

namespace Loader.Cli.Verifying;

/// <summary>Verifies files one after another: reads each as a load does, and compares its rows with what is stored.</summary>
/// <param name="source">Opens files.</param>
/// <param name="reader">Reads the destination.</param>
/// <param name="database">Receives the rows to compare.</param>
/// <param name="memory">The memory that a row group may use.</param>
/// <param name="time">The clock.</param>
/// <param name="settings">The options.</param>
internal sealed class FileVerifier(
    IParquetSource source, IRecordReader reader, ComparisonDatabase database, LoadMemory memory, TimeProvider time, VerifySettings settings)
{
    private readonly Dictionary<DatasetType, StoredTable> _tables = [];
    private readonly RowComparison _comparison = new(database);

    /// <summary>Gets or sets what receives the estimate of a file's queries before the first one is sent.</summary>
    public Action<FileVerification, QueryEstimate> Estimated { get; set; } = static (_, _) => { };

    /// <summary>Gets or sets what receives the number of missing rows before the pause after which they are asked for again.</summary>
    public Action<FileVerification, long> Waiting { get; set; } = static (_, _) => { };

    /// <summary>Verifies a file.</summary>
    /// <param name="listed">The file.</param>
    /// <param name="progress">Receives the progress.</param>
    /// <param name="cancellationToken">Ends the verification, whose status then is <see cref="VerifyStatus.Incomplete"/>.</param>
    /// <returns>The result. A failure is part of it.</returns>
    public async Task<FileVerification> VerifyAsync(
        ListedFile listed, IProgress<LoadProgress> progress, CancellationToken cancellationToken)
    {
        long started = time.GetTimestamp();
        var result = new FileVerification(listed.File.ToString()) { Number = listed.Number, WasNamed = listed.IsNamed };
        try
        {
            DatasetType? dataset = await FindDatasetAsync(listed, cancellationToken).ConfigureAwait(false);
            if (dataset is null)
            {
                return result with { Status = VerifyStatus.Skipped, SkippedBecause = SkipReason.KeptRows };
            }

            IParquetFile file = await source.OpenAsync(listed.File, dataset, cancellationToken).ConfigureAwait(false);
            await using (file.ConfigureAwait(false))
            {
                result = result with { Dataset = dataset };
                result = file.HoldsKeptRows && !listed.IsNamed
                    ? result with { Status = VerifyStatus.Skipped, SkippedBecause = SkipReason.KeptRows }
                    : await VerifyAsync(result, listed.File, file, dataset, progress, cancellationToken).ConfigureAwait(false);
                return result with { BytesRead = file.BytesRead, Elapsed = time.GetElapsedTime(started) };
            }
        }
        catch (SchemaMismatchException mismatch) when (mismatch.HoldsKeptRows && !listed.IsNamed)
        {
            return result with { Status = VerifyStatus.Skipped, SkippedBecause = SkipReason.KeptRows };
        }
        catch (LoadException failure)
        {
            return result with { Status = VerifyStatus.Failed, Failure = failure, Elapsed = time.GetElapsedTime(started) };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return result with { Status = VerifyStatus.Incomplete, Elapsed = time.GetElapsedTime(started) };
        }
    }

    /// <summary>Finds the dataset as a load does.</summary>
    /// <returns>The dataset, or <see langword="null"/> if a listing found a file of kept rows.</returns>
    private async Task<DatasetType?> FindDatasetAsync(ListedFile listed, CancellationToken cancellationToken)
    {
        DatasetType? mapped = await source.FindDatasetAsync(listed.File, cancellationToken).ConfigureAwait(false);
        try
        {
            return DatasetResolver.Resolve(new LoadRequest(listed.File) { Dataset = settings.Load.Dataset }, mapped);
        }
        catch (UnknownDatasetException) when (!listed.IsNamed)
        {
            // Kept rows have columns of their own, which any dataset shows.
            IParquetFile file = await source.OpenAsync(listed.File, DatasetType.Generation, cancellationToken).ConfigureAwait(false);
            await using (file.ConfigureAwait(false))
            {
                if (file.HoldsKeptRows)
                {
                    return null;
                }
            }

            throw;
        }
    }

    private async Task<FileVerification> VerifyAsync(
        FileVerification result,
        SourceFile location,
        IParquetFile file,
        DatasetType dataset,
        IProgress<LoadProgress> progress,
        CancellationToken cancellationToken)
    {
        MemoryBudget.Plan(location, file.RowGroups, fromRowGroup: 0, wanted: 1, memory.LimitBytes);
        StoredTable table = await FindTableAsync(dataset, cancellationToken).ConfigureAwait(false);
        using var fileRows = new FileRows(database, cancellationToken);
        StagedFile staged = await StageAsync(file, fileRows, table.Limits, progress, cancellationToken).ConfigureAwait(false);
        result = result with
        {
            Table = table,
            RowsByReason = staged.ByReason,
            SeriesCount = staged.Series.Count(series => fileRows.HasRows(series.Id)),
        };
        SliceBounds[] bounds = [.. fileRows.Divide(reader.Traits.MaxRows, reader.Traits.MaxSeries, cancellationToken)];
        RecordSlice[] slices = [.. bounds.Select(slice => new RecordSlice(
            dataset, SelectSeries(staged.Series, fileRows, slice), slice.From, slice.To, slice.Rows))];
        if (table.Missing is null && reader.Estimate(slices) is { } estimate)
        {
            result = result with { Estimate = estimate };
            Estimated(result, estimate);
        }

        var compared = new SliceComparison[slices.Length];
        long rows = 0;
        for (int slice = 0; slice < slices.Length; slice++)
        {
            compared[slice] = await CompareAsync(slices[slice], bounds[slice], table, cancellationToken).ConfigureAwait(false);
            rows += bounds[slice].Rows;
            progress.Report(new LoadProgress((staged.Read + rows) / 2, staged.Read));
        }

        long found = await AskAgainAsync(result, slices, bounds, compared, table, cancellationToken).ConfigureAwait(false);
        return Conclude(result with { FoundAfterWait = found }, staged, compared);
    }

    private async Task<StoredTable> FindTableAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        if (!_tables.TryGetValue(dataset, out StoredTable? table))
        {
            table = await reader.FindTableAsync(dataset, cancellationToken).ConfigureAwait(false);

            // Times are compared in nanoseconds, as all destinations store them.
            DestinationLimits limits = table.Limits;
            DateTimeOffset earliest = TimeUnit.Nanoseconds.ToInstant(long.MinValue)!.Value.AddTicks(1);
            DateTimeOffset latest = TimeUnit.Nanoseconds.ToInstant(long.MaxValue)!.Value;
            table = table with
            {
                Limits = limits with
                {
                    Earliest = limits.Earliest > earliest ? limits.Earliest : earliest,
                    Latest = limits.Latest < latest ? limits.Latest : latest,
                },
            };
            _tables.Add(dataset, table);
        }

        return table;
    }

    /// <summary>Reads the file, and stages the rows that a load would store.</summary>
    private async Task<StagedFile> StageAsync(
        IParquetFile file,
        FileRows fileRows,
        DestinationLimits limits,
        IProgress<LoadProgress> progress,
        CancellationToken cancellationToken)
    {
        var staged = new StagedFile { Read = file.RowGroups.Sum(rowGroup => rowGroup.Rows), RowGroups = file.RowGroups };
        ObjectVersion version = settings.Load.Version ?? ObjectVersion.FromLastModified(file.LastModified);
        TimeRange range = settings.Load.TimeRange;
        for (int rowGroup = 0; rowGroup < file.RowGroups.Count; rowGroup++)
        {
            if (file.RowGroups[rowGroup].Rows > 0 && file.IsOutside(rowGroup, range))
            {
                staged.Count(RejectionReason.OutsideTimeRange, file.RowGroups[rowGroup].Rows);
            }
        }

        long rows = 0;
        await foreach (MeasurementBatch batch in file.ReadAsync(0, version, range, cancellationToken).ConfigureAwait(false))
        {
            using (batch)
            {
                if (!range.IsOpen)
                {
                    MeasurementRules.Filter(batch, range);
                }

                MeasurementRules.Validate(batch, limits);
                staged.Count(batch);
                fileRows.Add(batch, cancellationToken);
                rows += batch.Count;
                progress.Report(new LoadProgress(rows / 2, staged.Read));
            }
        }

        fileRows.Complete(cancellationToken);
        return staged;
    }

    private static Series[] SelectSeries(Series[] series, FileRows fileRows, SliceBounds slice) =>
        [.. series.Skip(slice.FirstSeries).Take(slice.LastSeries - slice.FirstSeries + 1).Where(one => fileRows.HasRows(one.Id))];

    private Task<SliceComparison> CompareAsync(
        RecordSlice slice, SliceBounds bounds, StoredTable table, CancellationToken cancellationToken) => _comparison.CompareAsync(
            bounds,
            table.Missing is null ? reader.ReadAsync(slice, cancellationToken) : AsyncEnumerable.Empty<ReadOnlyMemory<FoundRecord>>(),
            table,
            settings.Examples,
            cancellationToken);

    /// <summary>Asks once more for slices with missing rows, where a record may become visible some time after it was written.</summary>
    /// <returns>How many missing rows were found.</returns>
    private async Task<long> AskAgainAsync(
        FileVerification result,
        RecordSlice[] slices,
        SliceBounds[] bounds,
        SliceComparison[] compared,
        StoredTable table,
        CancellationToken cancellationToken)
    {
        long missing = compared.Sum(MissingIn);
        if (missing == 0 || table.Missing is not null || !reader.Traits.IsEventuallyConsistent || settings.Wait <= TimeSpan.Zero)
        {
            return 0;
        }

        Waiting(result, missing);
        await Task.Delay(settings.Wait, time, cancellationToken).ConfigureAwait(false);
        for (int slice = 0; slice < slices.Length; slice++)
        {
            if (MissingIn(compared[slice]) > 0)
            {
                compared[slice] = await CompareAsync(slices[slice], bounds[slice], table, cancellationToken).ConfigureAwait(false);
            }
        }

        return missing - compared.Sum(MissingIn);

        static long MissingIn(SliceComparison slice) => slice.Series.Sum(series => series.Counts.Missing);
    }

    private FileVerification Conclude(FileVerification result, StagedFile staged, SliceComparison[] compared)
    {
        var bySeries = new Dictionary<int, ComparisonCounts>();
        foreach ((int id, ComparisonCounts counts) in compared.SelectMany(slice => slice.Series))
        {
            bySeries[id] = bySeries.GetValueOrDefault(id) + counts;
        }

        ComparisonCounts total = bySeries.Values.Aggregate(default(ComparisonCounts), (sum, counts) => sum + counts);
        var all = new VerifyCounts(staged.Read, staged.Invalid, staged.Filtered, total);
        return !all.IsBalanced
            ? throw new InvalidOperationException($"The counts of {result.Name} do not add up: {all}.")
            : result with
            {
                Status = total.Differences > (settings.AllowsForeign ? total.Foreign : 0) ? VerifyStatus.Differs : VerifyStatus.Verified,
                Counts = all,
                Series =
                [
                    .. bySeries.Select(pair => new SeriesVerification(staged.Series[pair.Key], pair.Value))
                        .OrderByDescending(series => series.Counts.Differences).ThenBy(series => series.Series.Id)
                        .Take(FileVerification.MaxSeries),
                ],
                Differences =
                [
                    .. compared.SelectMany(slice => slice.Differences).GroupBy(difference => difference.Kind).OrderBy(kind => kind.Key)
                        .SelectMany(kind => kind.OrderBy(difference => difference.Time).Take(settings.Examples)).Select(staged.Describe),
                ],
            };
    }

    /// <summary>What is known of a file after its rows are staged.</summary>
    private sealed class StagedFile
    {
        private readonly Dictionary<RejectionReason, long> _byReason = [];
        private ImmutableArray<string> _columns = [];

        /// <summary>Gets the number of rows.</summary>
        public required long Read { get; init; }

        /// <summary>Gets the row groups of the file.</summary>
        public required IReadOnlyList<RowGroupInfo> RowGroups { get; init; }

        /// <summary>Gets the series, by id.</summary>
        public Series[] Series { get; private set; } = [];

        public IReadOnlyDictionary<RejectionReason, long> ByReason => _byReason;

        public long Filtered => _byReason.Where(pair => pair.Key.IsFiltered()).Sum(pair => pair.Value);

        public long Invalid => _byReason.Where(pair => !pair.Key.IsFiltered()).Sum(pair => pair.Value);

        /// <summary>Counts rows of one reason.</summary>
        public void Count(RejectionReason reason, long rows) => _byReason[reason] = _byReason.GetValueOrDefault(reason) + rows;

        /// <summary>Counts the rows of a batch that a load would not store, and keeps its series.</summary>
        public void Count(MeasurementBatch batch)
        {
            foreach (RejectionReason verdict in batch.Verdicts)
            {
                if (verdict != RejectionReason.None)
                {
                    Count(verdict, 1);
                }
            }

            _columns = batch.Columns;
            if (batch.SeriesById.Length > Series.Length)
            {
                Series = batch.SeriesById.ToArray();
            }
        }

        /// <summary>Adds the names of the series and of the file's row.</summary>
        public RowDifference Describe(Difference found)
        {
            var difference = new RowDifference(found, Series[found.SeriesId]);
            if (found.Row is not { } row)
            {
                return difference;
            }

            if (_columns.IsEmpty)
            {
                return difference with { SourceRow = row.Row };
            }

            int rows = (int)(RowGroups[row.RowGroup].Rows / _columns.Length);
            return difference with { SourceRow = row.Row % rows, SourceColumn = _columns[row.Row / rows] };
        }
    }
}
