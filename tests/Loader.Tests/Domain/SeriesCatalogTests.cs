using Loader.Domain;
using Loader.Tests.Support;

namespace Loader.Tests.Domain;

public sealed class SeriesCatalogTests
{
    [Test]
    public void Equal_keys_share_a_series()
    {
        var catalog = new SeriesCatalog(DatasetType.Generation);

        int first = catalog.Intern(Some.Key());
        int other = catalog.Intern(Some.Key(region: "NE"));
        int again = catalog.Intern(Some.Key());

        Assert.That(new[] { first, other, again }, Is.EqualTo(new[] { 0, 1, 0 }));
    }

    [Test]
    public void Dimensions_are_those_of_the_original_loader_in_its_order()
    {
        var catalog = new SeriesCatalog(DatasetType.Generation);

        Series series = Interned(catalog, Some.Key());

        Assert.That(
            series.Dimensions,
            Is.EqualTo(new Dimension[]
            {
                new("region", "SE"), new("dataset_type", "generation"), new("energy_source", "hydro"),
                new("measurement_type", "power"), new("quality_flag", "good"),
            }));
        Assert.That(series.DimensionBytes, Is.EqualTo(6 + 2 + 12 + 10 + 13 + 5 + 16 + 5 + 12 + 4));
    }

    [Test]
    public void Null_and_empty_quality_flags_are_one_series_without_that_dimension()
    {
        var catalog = new SeriesCatalog(DatasetType.Consumption);

        int withNull = catalog.Intern(Some.Key(qualityFlag: null));
        int withEmpty = catalog.Intern(Some.Key(qualityFlag: ""));

        Assert.That(withEmpty, Is.EqualTo(withNull));
        Assert.That(catalog.Snapshot.Span[withNull].Dimensions.Select(d => d.Name), Has.None.EqualTo("quality_flag"));
    }

    [Test]
    public void The_first_unit_of_a_series_counts_and_another_is_a_fault()
    {
        var catalog = new SeriesCatalog(DatasetType.Generation);

        Series megawatts = Interned(catalog, Some.Key(unit: "MW"));
        Series megawattHours = Interned(catalog, Some.Key(unit: "MWh"));
        Series elsewhere = Interned(catalog, Some.Key(region: "NE", unit: "MWh"));

        Assert.That(
            new[] { megawatts.Fault, megawattHours.Fault, elsewhere.Fault },
            Is.EqualTo(new[] { RejectionReason.None, RejectionReason.SecondUnit, RejectionReason.None }));
    }

    [Test]
    public void A_missing_unit_is_a_fault_and_does_not_count_as_the_first()
    {
        var catalog = new SeriesCatalog(DatasetType.Generation);

        Series missing = Interned(catalog, Some.Key(unit: null));
        Series megawatts = Interned(catalog, Some.Key(unit: "MW"));

        Assert.That(missing.Fault, Is.EqualTo(RejectionReason.MissingUnit));
        Assert.That(megawatts.Fault, Is.EqualTo(RejectionReason.None));
    }

    [Test]
    public void A_snapshot_does_not_change_while_the_catalog_grows()
    {
        var catalog = new SeriesCatalog(DatasetType.Generation);
        catalog.Intern(Some.Key());
        ReadOnlyMemory<Series> snapshot = catalog.Snapshot;

        for (int i = 0; i < 100; i++)
        {
            catalog.Intern(Some.Key(region: $"R{i}"));
        }

        Assert.That(snapshot.Length, Is.EqualTo(1));
        Assert.That(snapshot.Span[0].Key, Is.EqualTo(Some.Key()));
        Assert.That(catalog.Snapshot.ToArray().Select(s => s.Id), Is.EqualTo(Enumerable.Range(0, 101)));
    }

    private static Series Interned(SeriesCatalog catalog, SeriesKey key)
    {
        int id = catalog.Intern(key);
        return catalog.Snapshot.Span[id];
    }
}
