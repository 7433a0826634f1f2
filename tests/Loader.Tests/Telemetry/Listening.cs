using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Loader.Application.Telemetry;

namespace Loader.Tests.Telemetry;

/// <summary>Listens to the loader as OpenTelemetry does, and keeps what belongs to the trace of the test.</summary>
internal sealed class Listening : IDisposable
{
    private static readonly ActivitySource Tests = new("Loader.Tests");

    private readonly ActivityListener _spans = new()
    {
        ShouldListenTo = source => source.Name is LoaderTelemetry.ActivitySourceName or "Loader.Tests",
        Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    private readonly MeterListener _meters = new();
    private readonly ConcurrentQueue<Activity> _ended = new();
    private readonly ConcurrentQueue<Measurement> _measurements = new();
    private readonly Activity _root;

    public Listening()
    {
        _spans.ActivityStopped = _ended.Enqueue;
        ActivitySource.AddActivityListener(_spans);
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == LoaderTelemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.Start();
        Activity.Current = null;
        _root = Tests.StartActivity("test")!;
    }

    /// <summary>Gets the spans that ended, in the order in which they began.</summary>
    public IReadOnlyList<Activity> Spans =>
        [.. _ended.Where(span => span.TraceId == _root.TraceId && span != _root).OrderBy(span => span.StartTimeUtc)];

    public IReadOnlyList<Measurement> Measurements => [.. _measurements];

    /// <summary>Gets the span that a test began.</summary>
    public ActivitySpanId Root => _root.SpanId;

    public IReadOnlyList<Activity> Of(string name) => [.. Spans.Where(span => span.OperationName == name)];

    public IReadOnlyList<Measurement> OfInstrument(string name) => [.. _measurements.Where(measurement => measurement.Instrument == name)];

    public void Dispose()
    {
        _root.Dispose();
        _meters.Dispose();
        _spans.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        // A measurement is made in the context of what it measures.
        if (Activity.Current?.TraceId == _root.TraceId)
        {
            _measurements.Enqueue(new Measurement(instrument.Name, instrument.Unit, value, tags.ToArray().ToDictionary()));
        }
    }

    internal sealed record Measurement(string Instrument, string? Unit, double Value, IReadOnlyDictionary<string, object?> Tags);
}
