using Loader.Lambda.Runtime;

namespace Loader.Tests.Lambda;

public sealed class InvocationDeadlineTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeMilliseconds(1_714_521_600_000);

    [TestCase("1714521600001")]
    [TestCase("1714522500000")]
    [TestCase("1714608000000")]
    public void A_deadline_within_the_next_day_is_used(string header)
    {
        bool isUsable = InvocationDeadline.TryParse(header, Now, out DateTimeOffset deadline);

        Assert.That(isUsable, Is.True);
        Assert.That(deadline.ToUnixTimeMilliseconds().ToString(System.Globalization.CultureInfo.InvariantCulture), Is.EqualTo(header));
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("soon")]
    [TestCase("1714522500000.5")]
    [TestCase("1.7e12")]
    [TestCase("-1")]
    [TestCase("-9223372036854775808")]
    [TestCase("0")]
    [TestCase("1714521600000", Description = "now")]
    [TestCase("1714608000001", Description = "more than a day away")]
    [TestCase("253402300800000", Description = "the year 10000")]
    [TestCase("9223372036854775807")]
    [TestCase("99999999999999999999999")]
    public void Any_other_value_is_not_used(string? header)
    {
        Assert.That(InvocationDeadline.TryParse(header, Now, out _), Is.False);
    }
}
