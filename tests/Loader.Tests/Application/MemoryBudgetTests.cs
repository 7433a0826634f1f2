using Loader.Application;
using Loader.Application.Ports;
using Loader.Application.Results;
using Loader.Domain;

namespace Loader.Tests.Application;

public sealed class MemoryBudgetTests
{
    private static readonly SourceFile File = SourceFile.OnDisk("part-0.parquet");

    [TestCase(4_000, 4, 2_000)]
    [TestCase(3_999, 3, 2_000)]
    [TestCase(2_999, 2, 1_500)]
    [TestCase(1_000, 1, 1_000)]
    [TestCase(long.MaxValue, 4, 2_000)]
    public void As_many_row_groups_are_in_flight_as_the_largest_fits_and_the_largest_of_them_are_reserved(long limitBytes, int expected, long reserved)
    {
        RowGroupInfo[] rowGroups = [new(10, 500), new(20, 1_000), new(10, 500)];

        var budget = MemoryBudget.Plan(File, rowGroups, fromRowGroup: 0, wanted: 4, limitBytes);

        Assert.That(budget, Is.EqualTo(new MemoryBudget(expected, 1_000, reserved)));
    }

    [Test]
    public void Row_groups_that_are_not_loaded_do_not_count()
    {
        RowGroupInfo[] rowGroups = [new(20, 1_000), new(10, 500)];

        Assert.That(MemoryBudget.Plan(File, rowGroups, fromRowGroup: 1, wanted: 4, limitBytes: 999), Is.EqualTo(new MemoryBudget(1, 500, 500)));
    }

    [Test]
    public void Empty_row_groups_need_no_memory()
    {
        Assert.That(MemoryBudget.Plan(File, [new(0, 0)], fromRowGroup: 0, wanted: 4, limitBytes: 1), Is.EqualTo(new MemoryBudget(4, 0, 0)));
    }

    [Test]
    public void A_row_group_that_does_not_fit_is_refused_with_the_remedy()
    {
        RowGroupInfo[] rowGroups = [new(10, 500), new(20, 1_001), new(20, 1_001)];

        Assert.That(
            () => MemoryBudget.Plan(File, rowGroups, fromRowGroup: 0, wanted: 4, limitBytes: 1_000),
            Throws.InstanceOf<RowGroupTooLargeException>().With.Message.StartsWith("Row group 1 of part-0.parquet has 20 rows and needs about 1001 bytes")
                .And.Message.Contains("the load may use 1000 bytes").And.Message.Contains("smaller row groups")
                .And.Property(nameof(LoadException.File)).EqualTo(File));
    }
}
