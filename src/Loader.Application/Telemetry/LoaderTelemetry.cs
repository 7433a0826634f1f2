namespace Loader.Application.Telemetry;

/// <summary>The names under which the loader reports what it does to OpenTelemetry.</summary>
/// <remarks>docs/telemetry.md lists spans and instruments.</remarks>
public static class LoaderTelemetry
{
    /// <summary>The name of the activity source, for <c>TracerProviderBuilder.AddSource</c>.</summary>
    public const string ActivitySourceName = "Loader";

    /// <summary>The name of the meter, for <c>MeterProviderBuilder.AddMeter</c>.</summary>
    public const string MeterName = "Loader";
}
