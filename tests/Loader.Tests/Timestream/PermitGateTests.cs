using Loader.Infrastructure.Timestream;

namespace Loader.Tests.Timestream;

public sealed class PermitGateTests
{
    [Test]
    public void Permits_are_given_until_there_are_none()
    {
        var gate = new PermitGate(2);

        Task[] waits = [.. Enumerable.Range(0, 3).Select(_ => gate.WaitAsync(PermitGate.RankOf(0, wasSent: false), CancellationToken.None))];

        Assert.That(waits.Select(w => w.IsCompleted), Is.EqualTo(new[] { true, true, false }));
    }

    [Test]
    public async Task Earlier_row_groups_go_first_and_within_one_who_came_first()
    {
        var gate = new PermitGate(1);
        await gate.WaitAsync(PermitGate.RankOf(9, wasSent: false), CancellationToken.None);
        Task late = gate.WaitAsync(PermitGate.RankOf(2, wasSent: false), CancellationToken.None);
        Task early = gate.WaitAsync(PermitGate.RankOf(1, wasSent: false), CancellationToken.None);
        Task earlyToo = gate.WaitAsync(PermitGate.RankOf(1, wasSent: false), CancellationToken.None);

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
        await gate.WaitAsync(PermitGate.RankOf(0, wasSent: false), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        Task first = gate.WaitAsync(PermitGate.RankOf(0, wasSent: false), cancel.Token);
        Task second = gate.WaitAsync(PermitGate.RankOf(1, wasSent: false), CancellationToken.None);

        await cancel.CancelAsync();
        Assert.That(async () => await first, Throws.InstanceOf<OperationCanceledException>());
        gate.Release();

        await second;
    }

    [Test]
    public async Task Within_a_row_group_requests_that_were_sent_before_go_first()
    {
        var gate = new PermitGate(1);
        await gate.WaitAsync(PermitGate.RankOf(0, wasSent: false), CancellationToken.None);
        Task fresh = gate.WaitAsync(PermitGate.RankOf(1, wasSent: false), CancellationToken.None);
        Task again = gate.WaitAsync(PermitGate.RankOf(1, wasSent: true), CancellationToken.None);

        gate.Release();
        await again;

        Assert.That(fresh.IsCompleted, Is.False);
    }

    [Test]
    public async Task A_permit_is_kept_unless_someone_waits_who_goes_first()
    {
        var gate = new PermitGate(1);
        await gate.WaitAsync(PermitGate.RankOf(1, wasSent: false), CancellationToken.None);
        bool alone = gate.MayKeep(PermitGate.RankOf(1, wasSent: false));
        _ = gate.WaitAsync(PermitGate.RankOf(1, wasSent: false), CancellationToken.None);
        bool besideAnEqual = gate.MayKeep(PermitGate.RankOf(1, wasSent: false));
        _ = gate.WaitAsync(PermitGate.RankOf(0, wasSent: false), CancellationToken.None);

        bool besideAnEarlier = gate.MayKeep(PermitGate.RankOf(1, wasSent: false));

        Assert.That((alone, besideAnEqual, besideAnEarlier), Is.EqualTo((true, true, false)));
    }
}
