using Loader.Domain;

namespace Loader.Tests.Timestream;

/// <summary>What tells one destination from another.</summary>
[TestFixture]
internal sealed class DestinationTests
{
    [Test]
    public async Task The_identity_of_a_table_stays_the_same()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        Destination first = await InspectAsync(local);
        using var again = LocalSink.Connect(local.Server).Sink;

        Assert.That(first.Identity, Is.Not.Null);
        Assert.That((await again.InspectAsync(DatasetType.Generation, default)).Identity, Is.EqualTo(first.Identity));
    }

    [Test]
    public async Task Each_table_has_its_own_identity()
    {
        await using LocalSink local = await LocalSink.StartAsync();

        Assert.That(
            (await local.Sink.InspectAsync(DatasetType.Consumption, default)).Identity, Is.Not.EqualTo((await InspectAsync(local)).Identity));
    }

    [Test]
    public async Task A_table_of_the_same_name_behind_another_endpoint_has_another_identity()
    {
        await using LocalSink one = await LocalSink.StartAsync();
        await using LocalSink other = await LocalSink.StartAsync();

        Assert.That((await InspectAsync(other)).Identity, Is.Not.EqualTo((await InspectAsync(one)).Identity));
    }

    [Test]
    public async Task A_table_whose_description_is_denied_has_no_identity()
    {
        await using LocalSink local = await LocalSink.StartAsync();
        local.Server.Faults.On("timestream:DescribeTable").Always().AccessDenied();

        Destination destination = await InspectAsync(local);

        Assert.That(destination.Identity, Is.Null);
        Assert.That(destination.Key, Does.Match("^timestream-[0-9a-f]{12}$"));
    }

    private static Task<Destination> InspectAsync(LocalSink local) => local.Sink.InspectAsync(DatasetType.Generation, default);
}
