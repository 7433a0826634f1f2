namespace Loader.Application.Results;

/// <summary>The names of <see cref="LoadStatus"/> outside code.</summary>
internal static class LoadStatusNames
{
    /// <summary>Returns the status as it appears in JSON, in tables and in telemetry.</summary>
    public static string ToName(this LoadStatus status) => status switch
    {
        LoadStatus.Succeeded => "succeeded",
        LoadStatus.Incomplete => "incomplete",
        LoadStatus.Skipped => "skipped",
        _ => "failed",
    };
}
