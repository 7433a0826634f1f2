using System.Text;
using Loader.Domain;
using Loader.Infrastructure.Planning;
using Loader.Infrastructure.Timestream.Encoding;
using Loader.Infrastructure.Timestream.Planning;

namespace Loader.Tests.Timestream;

/// <summary>Plans and encodes a batch as the sink does.</summary>
internal static class Encoded
{
    public static List<string> Bodies(MeasurementBatch batch, int maxBatchSize = 100)
    {
        using WritePlan<PreparedSeries> plan = WritePlan.Create(batch, new SeriesTable());
        using var encoder = new TimestreamEncoder("energy", "generation");
        var bodies = new List<string>();
        for (int start = 0; start < plan.Count; start += maxBatchSize)
        {
            bodies.Add(Encoding.UTF8.GetString(encoder.Encode(plan, start, Math.Min(maxBatchSize, plan.Count - start)).Body.Span));
        }

        return bodies;
    }

    public static List<SentRecord> Records(MeasurementBatch batch, int maxBatchSize = 100) =>
        [.. Bodies(batch, maxBatchSize).SelectMany(body => SentRecord.AllIn(Encoding.UTF8.GetBytes(body)))];
}
