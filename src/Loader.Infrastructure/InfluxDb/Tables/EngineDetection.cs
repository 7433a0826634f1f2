using Loader.Application.Results;
using Loader.Infrastructure.InfluxDb.Protocol;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Tables;

/// <summary>Finds out which engine a server has.</summary>
internal static class EngineDetection
{
    /// <summary>Asks <c>/ping</c>, which both engines answer with their version in a header.</summary>
    /// <param name="calls">Asks the server.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The engine, and the version as the server names it.</returns>
    /// <exception cref="InfluxDbCallException">The server does not answer.</exception>
    /// <exception cref="ConfigurationException">The server does not say, or has an engine that the loader cannot write to.</exception>
    public static async Task<(InfluxDbEngine Engine, string Version)> AskAsync(
        InfluxDbCalls calls, CancellationToken cancellationToken)
    {
        string? build = null;
        string? version = null;
        await calls.GetAsync("/ping", 64 * 1024, Read, cancellationToken).ConfigureAwait(false);
        if (Find(build, version) is { } engine)
        {
            return (engine, ResponseReader.Printable($"{build} {version}".Trim()));
        }

        throw new ConfigurationException(
            $"The server at {calls.Host} names {(version is null ? "no version" : $"the version '{ResponseReader.Printable(version)}'")}, "
            + "which is none of InfluxDB 2 or 3. Check INFLUXDB_URL; behind a proxy that removes headers, set INFLUXDB_ENGINE to 2 or 3.");

        bool Read(HttpResponseMessage response)
        {
            build = ResponseReader.Header(response, "X-Influxdb-Build");
            version = ResponseReader.Header(response, "X-Influxdb-Version");
            return true;
        }
    }

    /// <summary>Concludes the engine from the headers of a response.</summary>
    private static InfluxDbEngine? Find(string? build, string? version) =>
        build?.Trim() is "Core" or "Enterprise" ? InfluxDbEngine.Version3
        : version?.Trim().TrimStart('v') switch
        {
            ['2', '.', ..] => InfluxDbEngine.Version2,
            ['3', '.', ..] => InfluxDbEngine.Version3,
            _ => null,
        };
}
