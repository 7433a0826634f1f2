using System.Buffers.Binary;
using System.Security.Cryptography;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Planning;

namespace Loader.Infrastructure.InfluxDb;

/// <summary>
/// A sink that encodes requests for InfluxDB but sends nothing. It counts every record as written, and the requests, bytes, points and
/// series that a real load would take.
/// </summary>
/// <remarks>
/// It knows the limits of an engine on tags and times. The retention is known only of a destination that it may inspect. Thread-safe: all
/// loads of a run share one instance, so that a series of several files counts once.
/// </remarks>
public sealed class InfluxDbEstimatingSink : IRecordSink
{
    /// <summary>
    /// The maximum number of series that are told apart, over all loads. They take about 60 MB.
    /// <see cref="InfluxDbEstimate.HasMoreSeries"/> says whether there are more.
    /// </summary>
    public const int MaxSeries = 2_000_000;

    private readonly InfluxDbOptions _options;
    private readonly InfluxDbSink? _inspected;
    private readonly int _maxSeries;
    private readonly Lock _gate = new();

    /// <summary>
    /// The first 8 bytes of the SHA-256 of table and tags. The chance that two of 2 million are equal is 1 in 9 million.
    /// </summary>
    private readonly HashSet<ulong> _series = [];
    private InfluxDbEstimate _estimate;

    /// <summary>Initializes a new instance of the <see cref="InfluxDbEstimatingSink"/> class.</summary>
    /// <param name="options">
    /// Engine, layout and the settings of requests. Server, bucket or database and token are not required. If the engine is
    /// <see cref="InfluxDbEngine.Auto"/>, it is 2 where only organization and bucket are set or the layout needs it, otherwise 3.
    /// </param>
    /// <param name="inspected">
    /// The InfluxDB destination whose limits and engine count, or <see langword="null"/> for none. It is inspected and never opened.
    /// </param>
    /// <exception cref="ConfigurationException">A setting that the lines depend on is wrong.</exception>
    public InfluxDbEstimatingSink(InfluxDbOptions options, InfluxDbSink? inspected = null)
        : this(options, inspected, MaxSeries)
    {
    }

    /// <summary>Initializes a new instance of the <see cref="InfluxDbEstimatingSink"/> class with another limit of series.</summary>
    /// <param name="options">The settings.</param>
    /// <param name="inspected">The destination whose limits and engine count, or <see langword="null"/>.</param>
    /// <param name="maxSeries">The maximum number of series that are told apart.</param>
    internal InfluxDbEstimatingSink(InfluxDbOptions options, InfluxDbSink? inspected, int maxSeries)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options;
        _inspected = inspected;
        _maxSeries = maxSeries;
        _estimate = new InfluxDbEstimate
        {
            Engine = EngineOf(options),
            Layout = options.Layout,
            IsCompressed = options.Gzip,
        };
        if (options.FindLineFaults().ToArray() is { Length: > 0 } faults)
        {
            throw new ConfigurationException(PlainText.Escape($"Settings are missing or wrong. {string.Join(' ', faults)}"));
        }
    }

    /// <summary>Gets what the loads so far would take.</summary>
    public InfluxDbEstimate Estimate
    {
        get
        {
            lock (_gate)
            {
                return _estimate;
            }
        }
    }

    /// <inheritdoc/>
    public async Task<Destination> InspectAsync(DatasetType dataset, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (_inspected is null)
        {
            return new Destination("none", "none", Identity: null, InfluxDbSink.LimitsOf(Estimate.Engine)) { IsDryRun = true };
        }

        Destination destination = await _inspected.InspectAsync(dataset, cancellationToken).ConfigureAwait(false);
        InfluxDbEngine engine = await _inspected.FindEngineAsync(dataset, cancellationToken).ConfigureAwait(false);
        lock (_gate)
        {
            _estimate = _estimate with { Engine = engine };
        }

        return destination with { IsDryRun = true };
    }

    /// <inheritdoc/>
    public Task<IRecordWriter> OpenAsync(DatasetType dataset, CancellationToken cancellationToken) =>
        OpenAsync(new RecordSource(dataset, new string('0', LineFormat.FingerprintDigits)), cancellationToken);

    /// <inheritdoc/>
    public async Task<IRecordWriter> OpenAsync(RecordSource source, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(source);
        Destination destination = await InspectAsync(source.Dataset, cancellationToken).ConfigureAwait(false);
        var format = new LineFormat(
            _options.TableOf(source.Dataset), Estimate.Engine, _options.Layout, source.Fingerprint);
        return new Writer(this, format, destination);
    }

    private static InfluxDbEngine EngineOf(InfluxDbOptions options)
    {
        if (options.Engine != InfluxDbEngine.Auto)
        {
            return options.Engine;
        }

        bool hasOnlyBucket = options.Database.Length == 0 && (options.Org.Length > 0 || options.Bucket.Length > 0);
        return options.Layout == InfluxDbLayout.Overwrite || hasOnlyBucket ? InfluxDbEngine.Version2 : InfluxDbEngine.Version3;
    }

    /// <summary>Adds what one row group would take.</summary>
    /// <param name="effort">The requests.</param>
    /// <param name="points">The number of points.</param>
    /// <param name="seriesWithVersions">The number of its series, each with each of its versions.</param>
    /// <param name="added">The hashes of series that its file did not have before.</param>
    private void Add(in WriteEffort effort, int points, long seriesWithVersions, List<ulong> added)
    {
        lock (_gate)
        {
            bool hasMore = _estimate.HasMoreSeries;
            foreach (ulong series in added)
            {
                if (_series.Count < _maxSeries)
                {
                    _series.Add(series);
                }
                else if (!_series.Contains(series))
                {
                    hasMore = true;
                }
            }

            _estimate = _estimate with
            {
                Requests = _estimate.Requests + effort.Requests,
                Bytes = _estimate.Bytes + effort.BytesSent,
                Points = _estimate.Points + points,
                Series = _series.Count,
                HasMoreSeries = hasMore,
                SeriesWithVersions = _estimate.SeriesWithVersions + seriesWithVersions,
            };
        }
    }

    /// <summary>Encodes the batches of one load of one file.</summary>
    private sealed class Writer(InfluxDbEstimatingSink sink, LineFormat format, Destination destination) : IRecordWriter
    {
        private readonly LineTable _series = new(format);
        private readonly Lock _gate = new();
        private bool[] _isCounted = [];

        public Destination Destination => destination;

        public Task<WriteOutcome> WriteAsync(MeasurementBatch batch, CancellationToken cancellationToken)
        {
            ArgumentNullException.ThrowIfNull(batch);
            using WritePlan<PreparedLine> plan = WritePlan.Create(batch, _series);
            using var encoder = new LineEncoder(format, sink._options.Gzip);
            int batchLines = InfluxDbSink.BatchLinesOf(sink._options, format.Engine);
            var effort = default(WriteEffort);
            int written = 0;
            while (written < plan.Count && !cancellationToken.IsCancellationRequested)
            {
                EncodedLines request = encoder.Encode(plan, written, Math.Min(batchLines, plan.Count - written));
                effort += new WriteEffort { Requests = 1, BytesSent = request.Body.Length };
                written += request.Count;
            }

            if (written == plan.Count)
            {
                sink.Add(effort, written, CountVersions(plan), FindNewSeries(plan));
            }

            return Task.FromResult(new WriteOutcome
            {
                Written = written,
                Duplicate = plan.Duplicates,
                Unsettled = plan.Count - written,
                Effort = effort,
            });
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        /// <summary>Counts the sets of tags with the version: a row group has one version, and each replayed row has its own.</summary>
        private long CountVersions(WritePlan<PreparedLine> plan)
        {
            if (format.Layout != InfluxDbLayout.Versions)
            {
                return 0;
            }

            if (plan.Batch.Versions.IsEmpty)
            {
                return plan.RunSeriesIds.Length;
            }

            var found = new HashSet<(int Series, long Version)>();
            foreach (int row in plan.RowIndices)
            {
                found.Add((plan.Batch.SeriesIds[row], plan.Batch.Versions[row]));
            }

            return found.Count;
        }

        private List<ulong> FindNewSeries(WritePlan<PreparedLine> plan)
        {
            var added = new List<ulong>();
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            lock (_gate)
            {
                Array.Resize(ref _isCounted, Math.Max(_isCounted.Length, plan.PreparedSeries.Length));
                foreach (int id in plan.RunSeriesIds)
                {
                    if (!_isCounted[id])
                    {
                        _isCounted[id] = true;
                        SHA256.HashData(plan.PreparedSeries[id].Series, hash);
                        added.Add(BinaryPrimitives.ReadUInt64LittleEndian(hash));
                    }
                }
            }

            return added;
        }
    }
}

/// <summary>What writing the rows of a run to InfluxDB would take, and what writing them again would add.</summary>
public sealed record InfluxDbEstimate
{
    /// <summary>
    /// The number of series on engine 2 above which the command line warns. AWS advises engine 2 for fewer than 10 million (Amazon
    /// Timestream Developer Guide, page <c>timestream-influxdb-target</c>), and a bucket receives more than one run.
    /// </summary>
    public const long ManySeries = 1_000_000;

    /// <summary>Gets the engine that the lines were encoded for.</summary>
    public InfluxDbEngine Engine { get; init; }

    /// <summary>Gets the layout.</summary>
    public InfluxDbLayout Layout { get; init; }

    /// <summary>Gets a value indicating whether requests are compressed.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>Gets the number of requests.</summary>
    public long Requests { get; init; }

    /// <summary>Gets the number of bytes of their bodies, after compression.</summary>
    public long Bytes { get; init; }

    /// <summary>Gets the number of points.</summary>
    public long Points { get; init; }

    /// <summary>Gets the number of series: distinct tables with tags, without the version.</summary>
    public long Series { get; init; }

    /// <summary>Gets a value indicating whether there are more series than <see cref="Series"/>, which has a limit.</summary>
    public bool HasMoreSeries { get; init; }

    /// <summary>
    /// Gets the number of distinct tables with tags including the version, which are the series that engine 2 holds in the layout
    /// <see cref="InfluxDbLayout.Versions"/>: one for each series of each row group. 0 in the other layouts.
    /// </summary>
    public long SeriesWithVersions { get; init; }

    /// <summary>Gets the number of series that the server would hold.</summary>
    public long StoredSeries => Engine == InfluxDbEngine.Version2 && Layout == InfluxDbLayout.Versions ? SeriesWithVersions : Series;

    /// <summary>Gets a value indicating whether engine 2 would hold more than <see cref="ManySeries"/>.</summary>
    public bool HasManySeries => Engine == InfluxDbEngine.Version2 && StoredSeries > ManySeries;

    /// <summary>
    /// Gets the number of points that the same rows would add if they came again in newer files. The same files again add none.
    /// </summary>
    public long PointsAddedByNewerFiles => Layout == InfluxDbLayout.Versions ? Points : 0;

    /// <summary>
    /// Gets the number of series that the same rows would add if they came again in newer files. On engine 3 a version is a value of a
    /// column, and makes no series.
    /// </summary>
    public long SeriesAddedByNewerFiles => Engine == InfluxDbEngine.Version2 ? SeriesWithVersions : 0;
}
