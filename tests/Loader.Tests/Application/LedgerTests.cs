using System.Reflection;
using Loader.Application.Results;

namespace Loader.Tests.Application;

public sealed class LedgerTests
{
    private static readonly Ledger All = new() { Read = 21, Written = 1, Superseded = 2, Duplicate = 3, Invalid = 4, Rejected = 5, Unsettled = 6 };

    [Test]
    public void A_ledger_is_balanced_if_every_row_has_one_outcome()
    {
        Assert.That(default(Ledger).IsBalanced, Is.True);
        Assert.That(All.IsBalanced, Is.True);
        Assert.That(new Ledger { Read = 1 }.IsBalanced, Is.False);
        Assert.That(new Ledger { Read = 1, Written = 2, Unsettled = -1 }.IsBalanced, Is.False);
    }

    [Test]
    public void Every_outcome_counts_for_the_balance([ValueSource(typeof(Ledger), nameof(Ledger.Outcomes))] RowOutcome outcome)
    {
        Assert.That(new Ledger { Read = 1, [outcome] = 1 }.IsBalanced, Is.True);
        Assert.That(new Ledger { [outcome] = 1 }.IsBalanced, Is.False);
    }

    [Test]
    public void Every_outcome_has_a_property_of_its_name([ValueSource(typeof(Ledger), nameof(Ledger.Outcomes))] RowOutcome outcome)
    {
        Assert.That(new Ledger { [outcome] = 7 }, Has.Property(outcome.ToString()).EqualTo(7));
    }

    [Test]
    public void Every_document_that_repeats_a_ledger_has_a_count_for_each_outcome([Values("loader", "bootstrap")] string assembly)
    {
        Type[] documents = [.. Assembly.Load(assembly).GetTypes().Where(type => HasCount(type, nameof(Ledger.Read)) && HasCount(type, nameof(Ledger.Unsettled)))];

        Assert.That(documents, Is.Not.Empty);
        foreach (Type document in documents)
        {
            Assert.That(Ledger.Outcomes.Where(outcome => !HasCount(document, outcome.ToString())), Is.Empty, document.Name);
        }
    }

    [Test]
    public void Outcomes_are_all_of_the_enumeration_and_filtered_is_the_last()
    {
        Assert.That(Ledger.Outcomes, Is.EqualTo(Enum.GetValues<RowOutcome>()));
        Assert.That(Ledger.Outcomes[^1], Is.EqualTo(RowOutcome.Filtered));
    }

    [Test]
    public void Ledgers_are_added_count_by_count()
    {
        Assert.That(All + All, Is.EqualTo(new Ledger { Read = 42, Written = 2, Superseded = 4, Duplicate = 6, Invalid = 8, Rejected = 10, Unsettled = 12 }));
        Assert.That(All + default(Ledger), Is.EqualTo(All));
        Assert.That(All, Is.EqualTo(new Ledger { Read = 21, Written = 1, Superseded = 2, Duplicate = 3, Invalid = 4, Rejected = 5, Unsettled = 6 }));
    }

    [Test]
    public void Ledgers_are_equal_if_all_counts_are([ValueSource(typeof(Ledger), nameof(Ledger.Outcomes))] RowOutcome outcome)
    {
        Ledger other = All + new Ledger { [outcome] = 1 };
        Ledger same = other + new Ledger { [outcome] = -1 };

        Assert.That(other == All, Is.False);
        Assert.That(other.GetHashCode(), Is.Not.EqualTo(All.GetHashCode()));
        Assert.That(same == All, Is.True);
        Assert.That(same.GetHashCode(), Is.EqualTo(All.GetHashCode()));
    }

    [Test]
    public void Ledgers_with_different_rows_read_are_not_equal()
    {
        Assert.That(All with { Read = 22 }, Is.Not.EqualTo(All));
        Assert.That((All with { Read = 22 }).GetHashCode(), Is.Not.EqualTo(All.GetHashCode()));
    }

    [Test]
    public void A_ledger_shows_every_count()
    {
        Assert.That(All.ToString(), Is.EqualTo("21 read, 1 written, 2 superseded, 3 duplicate, 4 invalid, 5 rejected, 6 unsettled, 0 filtered"));
    }

    private static bool HasCount(Type type, string name) => type.GetProperty(name)?.PropertyType == typeof(long);
}
