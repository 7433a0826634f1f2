using CsCheck;
using Loader.Application.Ports;
using Loader.Domain;
using Loader.DuckDb;

namespace Loader.Tests.DuckDb;

/// <summary>Random batches, compared with <see cref="VersionOracle"/>.</summary>
[Parallelizable(ParallelScope.All)]
internal sealed class DuckDbPropertyTests
{
    private static readonly Gen<MeasurementRow> Row =
        Gen.Select(
            Gen.Long[0, 5], Gen.Int[0, 3], OneOf("SE", "NE"), OneOf("hydro", "wind"), OneOf(null, "good", "null"),
            (time, value, region, subject, flag) => new MeasurementRow(time, value, region!, subject!, flag));

    private static readonly Gen<(int Object, int RowGroup, MeasurementRow[] Rows, bool OwnVersions)> Batch =
        Gen.Select(Gen.Int[1, 3], Gen.Int[0, 2], Row.Array[0, 30], Gen.Bool);

    [Test]
    public void The_newest_version_of_each_identity_is_stored_and_the_counts_balance() =>
        Batch.Array[1, 12].Sample(
            batches =>
            {
                using var file = new DuckDbFile();
                var oracle = new VersionOracle();
                MeasurementBatch[] written = [.. batches.Select(Make)];
                WriteOutcome[] expected = [.. written.Select(oracle.Write)];

                (List<WriteOutcome> outcomes, TableChanges changes) = file.WriteAsync(written).GetAwaiter().GetResult();

                Assert.That(file.Stored(), Is.EqualTo(oracle.Stored()));
                Assert.That(outcomes.Select(Counts), Is.EqualTo(expected.Select(Counts)));
                Assert.That(outcomes.SelectMany(o => o.Rejected.Select(r => r.Row)), Is.EqualTo(expected.SelectMany(o => o.Rejected.Select(r => r.Row))));
                Assert.That(changes, Is.EqualTo(oracle.Changes));
            },
            iter: 10,
            threads: 1);

    [Test]
    public void The_stored_rows_do_not_depend_on_the_order_of_batches() =>
        Gen.Select(Batch.Where(b => !b.OwnVersions).Array[2, 9], Gen.Int[0, int.MaxValue]).Sample(
            (batches, seed) =>
            {
                // One version has one content: two sources under the same version conflict, and there the first wins.
                (int Object, int RowGroup, MeasurementRow[] Rows, bool OwnVersions)[] distinct = [.. batches.DistinctBy(b => (b.Object, b.RowGroup))];
                var order = new Random(seed);
                using var one = new DuckDbFile();
                using var other = new DuckDbFile();

                one.WriteAsync([.. distinct.Select(Make)]).GetAwaiter().GetResult();
                other.WriteAsync([.. distinct.OrderBy(_ => order.Next()).Select(Make), .. distinct.Select(Make)]).GetAwaiter().GetResult();

                Assert.That(other.Stored(), Is.EqualTo(one.Stored()));
            },
            iter: 5,
            threads: 1);

    [Test]
    public void Loads_side_by_side_store_the_same_rows_as_one_after_another([Values(2, 8)] int loads) =>
        Batch.Where(b => !b.OwnVersions).Array[2, 24].Sample(
            batches =>
            {
                // One version has one content, as above.
                (int Object, int RowGroup, MeasurementRow[] Rows, bool OwnVersions)[] distinct =
                    [.. batches.Select((batch, number) => batch with { Object = 1 + number, RowGroup = number % 3 })];
                var oracle = new VersionOracle();
                distinct.Select(Make).ToList().ForEach(batch => oracle.Write(batch));
                using var file = new DuckDbFile();
                MeasurementBatch[] written = [.. distinct.Select(Make)];

                WriteOutcome[] outcomes = file.WriteSideBySideAsync(written, loads).GetAwaiter().GetResult();

                Assert.That(file.Stored(), Is.EqualTo(oracle.Stored()));
                Assert.That(
                    outcomes.Select(outcome => outcome.Written + outcome.Superseded + outcome.Duplicate),
                    Is.EqualTo(distinct.Select(batch => batch.Rows.Length)));
            },
            iter: 5,
            threads: 1);

    private static Gen<string?> OneOf(params string?[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);

    private static MeasurementBatch Make((int Object, int RowGroup, MeasurementRow[] Rows, bool OwnVersions) batch)
    {
        long version = new ObjectVersion(batch.Object).ForRowGroup(batch.RowGroup);
        IReadOnlyList<MeasurementRow> rows = batch.OwnVersions
            ? [.. batch.Rows.Select((row, index) => row with { Version = new ObjectVersion(1 + (index % 3)).ForRowGroup(index % 2) })]
            : batch.Rows;
        return MeasurementRow.Batch(version, rows, batch.RowGroup);
    }

    private static (int Written, int Superseded, int Duplicate, int Rejected, int Unsettled) Counts(WriteOutcome outcome) =>
        (outcome.Written, outcome.Superseded, outcome.Duplicate, outcome.Rejected.Count, outcome.Unsettled);
}
