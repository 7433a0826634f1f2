using System.Diagnostics;
using System.Diagnostics.Metrics;
using Loader.Application.Telemetry;

namespace Loader.Benchmarks.EndToEnd;

/// <summary>Listens to all spans and measurements of the loader, and drops them: what remains is what the loader pays.</summary>
internal sealed class TelemetryListener : IDisposable
{
    private readonly ActivityListener _spans = new()
    {
        ShouldListenTo = static source => source.Name == LoaderTelemetry.ActivitySourceName,
        Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    };

    private readonly MeterListener _meters = new();

    public TelemetryListener()
    {
        ActivitySource.AddActivityListener(_spans);
        _meters.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Meter.Name == LoaderTelemetry.MeterName)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _meters.SetMeasurementEventCallback<long>(static (_, _, _, _) => { });
        _meters.SetMeasurementEventCallback<double>(static (_, _, _, _) => { });
        _meters.Start();
    }

    public void Dispose()
    {
        _meters.Dispose();
        _spans.Dispose();
    }
}
