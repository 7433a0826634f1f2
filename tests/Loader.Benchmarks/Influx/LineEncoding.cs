using Loader.Benchmarks.EndToEnd;
using Loader.Domain;
using Loader.Infrastructure.InfluxDb.Encoding;
using Loader.Infrastructure.InfluxDb.Settings;
using Loader.Infrastructure.Planning;

namespace Loader.Benchmarks.Influx;

/// <summary>Orders the rows of batches in memory and encodes them as plain lines, on one core: our own work on rows without decoding and without a network.</summary>
/// <param name="batches">The batches.</param>
internal sealed class LineEncoding(IReadOnlyList<MeasurementBatch> batches)
{
    private static readonly LineFormat Format = new("generation", InfluxDbEngine.Version2, InfluxDbLayout.Versions, InfluxLoad.Fingerprint);

    /// <summary>Encodes all rows once.</summary>
    /// <returns>The rows.</returns>
    public Task<long> RunAsync(CancellationToken cancellationToken)
    {
        using OneCore? core = OneCore.Hold();
        var series = new LineTable(Format);
        using var encoder = new LineEncoder(Format, gzip: false);
        long written = 0;
        foreach (MeasurementBatch batch in batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using WritePlan<PreparedLine> plan = WritePlan.Create(batch, series);
            for (int start = 0; start < plan.Count;)
            {
                start += encoder.Encode(plan, start, Math.Min(InfluxLoad.LinesPerRequest, plan.Count - start)).Count;
            }

            written += plan.Count;
        }

        return Task.FromResult(written);
    }
}
