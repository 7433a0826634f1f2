using Loader.Infrastructure.Timestream;

namespace Loader.Tests.Timestream;

public sealed class PermitGateTests
{
    [Test]
    public void Permits_are_given_until_there_are_none()
    {
        var gate = new PermitGate(2);

        Task[] waits = [.. Enumerable.Range(0, 3).Select(_ => gate.WaitAsync(0, CancellationToken.None))];

        Assert.That(waits.Select(w => w.IsCompleted), Is.EqualTo(new[] { true, true, false }));
    }

    [Test]
    public async Task Earlier_row_groups_go_first_and_within_one_who_came_first()
    {
        var gate = new PermitGate(1);
        await gate.WaitAsync(9, CancellationToken.None);
        Task late = gate.WaitAsync(2, CancellationToken.None);
        Task early = gate.WaitAsync(1, CancellationToken.None);
        Task earlyToo = gate.WaitAsync(1, CancellationToken.None);

        gate.Release();
        await early;
        gate.Release();
        await earlyToo;

        Assert.That(late.IsCompleted, Is.False);
        gate.Release();
        await late;
    }

    [Test]
    public async Task Who_gives_up_waiting_holds_no_permit()
    {
        var gate = new PermitGate(1);
        await gate.WaitAsync(0, CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        Task first = gate.WaitAsync(0, cancel.Token);
        Task second = gate.WaitAsync(1, CancellationToken.None);

        await cancel.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        gate.Release();

        await second;
    }
}
