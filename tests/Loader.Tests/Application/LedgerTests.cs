using Loader.Application.Results;

namespace Loader.Tests.Application;

public sealed class LedgerTests
{
    [Test]
    public void A_ledger_balances_when_every_row_has_one_outcome()
    {
        Assert.That(default(Ledger).IsBalanced, Is.True);
        Assert.That(new Ledger { Read = 21, Written = 1, Superseded = 2, Duplicate = 3, Invalid = 4, Rejected = 5, Unsettled = 6 }.IsBalanced, Is.True);
        Assert.That(new Ledger { Read = 1 }.IsBalanced, Is.False);
        Assert.That(new Ledger { Read = 1, Written = 2, Unsettled = -1 }.IsBalanced, Is.False);
    }

    [Test]
    public void Ledgers_add_count_by_count()
    {
        var one = new Ledger { Read = 21, Written = 1, Superseded = 2, Duplicate = 3, Invalid = 4, Rejected = 5, Unsettled = 6 };

        Assert.That(one + one, Is.EqualTo(new Ledger { Read = 42, Written = 2, Superseded = 4, Duplicate = 6, Invalid = 8, Rejected = 10, Unsettled = 12 }));
    }
}
