using Loader.Domain;

namespace Loader.Tests.Domain;

public sealed class ObjectVersionTests
{
    [Test]
    public void A_record_version_is_the_object_version_shifted_by_21_bits_plus_the_row_group()
    {
        var modified = new DateTimeOffset(2024, 3, 1, 12, 0, 0, TimeSpan.Zero);

        long version = ObjectVersion.FromLastModified(modified).ForRowGroup(7);

        Assert.That(version, Is.EqualTo((modified.ToUnixTimeMilliseconds() * 2_097_152) + 7));
    }

    [Test]
    public void The_greatest_object_version_gives_record_versions_below_two_to_the_63()
    {
        Assert.That(new ObjectVersion(ObjectVersion.MaxValue).ForRowGroup(ObjectVersion.MaxRowGroups - 1), Is.EqualTo(long.MaxValue));
        Assert.That(ObjectVersion.MaxValue, Is.EqualTo(4_398_046_511_103));
    }

    [Test]
    public void A_file_from_before_1970_has_version_1()
    {
        Assert.That(ObjectVersion.FromLastModified(DateTimeOffset.UnixEpoch.AddYears(-1)).Value, Is.EqualTo(1));
    }

    [TestCase("1", 1)]
    [TestCase("4398046511103", 4_398_046_511_103)]
    [TestCase("2024-01-01T00:00:00Z", 1_704_067_200_000)]
    [TestCase("1970-01-01T00:00:00.001Z", 1)]
    [TestCase("2109-05-15T07:35:11.103Z", 4_398_046_511_103)]
    [TestCase("2024-01-01T01:00:00.250+01:00", 1_704_067_200_250)]
    public void Numbers_and_instants_are_valid_versions(string text, long expected)
    {
        Assert.That(ObjectVersion.TryParse(text, out ObjectVersion version), Is.True);
        Assert.That(version.Value, Is.EqualTo(expected));
    }

    [TestCase("0")]
    [TestCase("-1")]
    [TestCase("4398046511104")]
    [TestCase("99999999999999999999")]
    [TestCase("1.5")]
    [TestCase("2024-01-01")]
    [TestCase("1960-01-01T00:00:00Z")]
    [TestCase("1970-01-01T00:00:00Z")]
    [TestCase("2109-05-15T07:35:11.104Z")]
    [TestCase("9999-01-01T00:00:00Z")]
    [TestCase("yesterday")]
    [TestCase("")]
    [TestCase(null)]
    public void Anything_else_is_not_a_version(string? text)
    {
        Assert.That(ObjectVersion.TryParse(text, out _), Is.False);
    }

    [Test]
    public void A_row_group_outside_the_range_is_refused([Values(-1, ObjectVersion.MaxRowGroups)] int rowGroup)
    {
        Assert.That(() => new ObjectVersion(1).ForRowGroup(rowGroup), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_number_outside_the_range_is_refused([Values(0, -1, ObjectVersion.MaxValue + 1)] long value)
    {
        Assert.That(() => new ObjectVersion(value), Throws.InstanceOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void A_stored_version_shows_why_a_record_was_refused()
    {
        var own = new ObjectVersion(1_000);

        Assert.Multiple(() =>
        {
            Assert.That(ObjectVersion.CompareStored(own.ForRowGroup(3), own.ForRowGroup(2)), Is.Null);
            Assert.That(ObjectVersion.CompareStored(own.ForRowGroup(3), own.ForRowGroup(3)), Is.EqualTo(StoredVersion.Same));
            Assert.That(ObjectVersion.CompareStored(own.ForRowGroup(3), own.ForRowGroup(4)), Is.EqualTo(StoredVersion.LaterRowGroup));
            Assert.That(
                ObjectVersion.CompareStored(own.ForRowGroup(3), own.ForRowGroup(ObjectVersion.MaxRowGroups - 1)), Is.EqualTo(StoredVersion.LaterRowGroup));
            Assert.That(ObjectVersion.CompareStored(own.ForRowGroup(3), new ObjectVersion(1_001).ForRowGroup(0)), Is.EqualTo(StoredVersion.NewerObject));
        });
    }
}
