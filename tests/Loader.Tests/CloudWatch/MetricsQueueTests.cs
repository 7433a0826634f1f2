using System.Text.Json;
using Loader.Infrastructure.CloudWatch;

namespace Loader.Tests.CloudWatch;

public sealed class MetricsQueueTests
{
    [Test]
    public void The_largest_request_stays_within_the_limits_of_CloudWatch()
    {
        // As many loads and groups as fit, no two values equal, and each as long as a number can be.
        var queue = new MetricsQueue();
        for (int load = 0; load < 3_000; load++)
        {
            int minute = Math.Min(load, MetricsQueue.MaxGroupsInRequest - 1);
            queue.Add(new LoadMetrics("transmission", 2_000_000_000 + (60L * minute), [.. LoadMetrics.Metrics.Select((_, metric) => -1.2345678901234567e-300 * ((load * 10) + metric + 1))]));
        }

        IReadOnlyList<LoadMetrics> request = queue.TakeRequest(int.MaxValue);
        byte[] body = MetricData.Serialize(new string('n', 255), request);

        using JsonDocument document = JsonDocument.Parse(body);
        JsonElement[] metrics = [.. document.RootElement.GetProperty("MetricData").EnumerateArray()];
        Assert.Multiple(() =>
        {
            Assert.That(request, Has.Count.EqualTo(MetricsQueue.MaxLoadsInRequest));
            Assert.That(body, Has.Length.LessThan(500_000));
            Assert.That(metrics, Has.Length.InRange(950, 1_000));
            Assert.That(metrics.Max(metric => metric.TryGetProperty("Values", out JsonElement values) ? values.GetArrayLength() : 1), Is.EqualTo(150));
        });
    }

    [Test]
    public void A_request_ends_before_the_first_load_of_a_group_too_many()
    {
        var queue = new MetricsQueue();
        for (int minute = 0; minute < MetricsQueue.MaxGroupsInRequest + 5; minute++)
        {
            queue.Add(Load(minute));
            queue.Add(Load(minute));
        }

        Assert.That((queue.TakeRequest(int.MaxValue).Count, queue.TakeRequest(int.MaxValue).Count, queue.TakeRequest(int.MaxValue).Count), Is.EqualTo((2 * MetricsQueue.MaxGroupsInRequest, 10, 0)));
    }

    [Test]
    public void What_is_put_back_is_taken_first()
    {
        var queue = new MetricsQueue();
        queue.Add(Load(1));
        IReadOnlyList<LoadMetrics> taken = queue.TakeRequest(int.MaxValue);
        queue.Add(Load(2));

        queue.PutBack(taken);

        Assert.That(queue.TakeRequest(int.MaxValue).Select(load => load.Minute), Is.EqualTo(new[] { 60, 120 }));
    }

    [Test]
    public void The_oldest_loads_are_dropped_when_too_many_wait()
    {
        var queue = new MetricsQueue();
        for (int minute = 0; minute < MetricsQueue.MaxLoads + 3; minute++)
        {
            queue.Add(Load(minute));
        }

        Assert.That((queue.Count, queue.TakeDropped(), queue.TakeDropped(), queue.TakeRequest(int.MaxValue)[0].Minute), Is.EqualTo((MetricsQueue.MaxLoads, 3, 0, 180L)));
    }

    private static LoadMetrics Load(int minute) => new("generation", 60L * minute, [.. LoadMetrics.Metrics.Select(_ => 1.0)]);
}
