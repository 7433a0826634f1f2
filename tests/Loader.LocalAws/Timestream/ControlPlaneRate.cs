namespace Loader.LocalAws.Timestream;

/// <summary>protocols 1.6: CRUD calls 1/s per account and region, List and Describe 5/s.</summary>
internal sealed class ControlPlaneRate(TimeProvider time)
{
    private readonly Lock _gate = new();
    private long _second;
    private int _reads;
    private int _changes;

    public void Require(string operation)
    {
        var isRead = operation.StartsWith("Describe", StringComparison.Ordinal) || operation.StartsWith("List", StringComparison.Ordinal);
        lock (_gate)
        {
            var second = time.GetUtcNow().ToUnixTimeSeconds();
            if (second != _second)
            {
                (_second, _reads, _changes) = (second, 0, 0);
            }

            if (isRead ? ++_reads > 5 : ++_changes > 1)
            {
                throw TimestreamError.Throttling();
            }
        }
    }
}
