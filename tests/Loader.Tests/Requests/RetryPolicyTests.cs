using Loader.Infrastructure.Requests;

namespace Loader.Tests.Requests;

public sealed class RetryPolicyTests
{
    private static readonly TimeSpan Budget = TimeSpan.FromMinutes(2);

    private readonly RetryPolicy _policy = new(maxRetries: 3, Budget);

    [TestCase(1, true)]
    [TestCase(3, true)]
    [TestCase(4, false)]
    public void An_error_is_retried_up_to_the_maximum(int errors, bool retries)
    {
        Assert.That(_policy.ShouldRetry(Error(ServiceErrorKind.Unavailable), new RetryCounts { Errors = errors }, TimeSpan.Zero), Is.EqualTo(retries));
    }

    [Test]
    public void A_rejected_endpoint_counts_as_an_error([Values(1, 4)] int errors)
    {
        Assert.That(
            _policy.ShouldRetry(Error(ServiceErrorKind.InvalidEndpoint), new RetryCounts { Errors = errors }, TimeSpan.Zero), Is.EqualTo(errors <= 3));
    }

    [Test]
    public void Throttling_does_not_count_as_an_error()
    {
        Assert.That(_policy.ShouldRetry(Error(ServiceErrorKind.Unavailable), new RetryCounts { Errors = 1, Throttles = 100 }, TimeSpan.Zero), Is.True);
    }

    [TestCase(0, true)]
    [TestCase(119, true)]
    [TestCase(120, false)]
    public void Throttling_is_retried_while_the_budget_lasts(int throttledForSeconds, bool retries)
    {
        Assert.That(
            _policy.ShouldRetry(Error(ServiceErrorKind.Throttled), new RetryCounts { Throttles = 1_000 }, TimeSpan.FromSeconds(throttledForSeconds)),
            Is.EqualTo(retries));
    }

    [Test]
    public void A_budget_of_zero_means_that_throttling_is_not_retried()
    {
        var policy = new RetryPolicy(maxRetries: 3, TimeSpan.Zero);

        Assert.That(policy.ShouldRetry(Error(ServiceErrorKind.Throttled), new RetryCounts { Throttles = 1 }, TimeSpan.Zero), Is.False);
    }

    [Test]
    public void A_throttle_that_lasts_for_hours_is_not_retried()
    {
        var error = new ServiceError { Kind = ServiceErrorKind.Throttled, Code = "code", Message = "message", LastsForHours = true };

        Assert.That(_policy.ShouldRetry(error, new RetryCounts { Throttles = 1 }, TimeSpan.Zero), Is.False);
    }

    [Test]
    public void A_requested_delay_above_the_budget_is_not_waited_for([Values(ServiceErrorKind.Throttled, ServiceErrorKind.Unavailable)] object kind)
    {
        ServiceError error = Error((ServiceErrorKind)kind, retryAfter: Budget + TimeSpan.FromMilliseconds(1));

        Assert.That(_policy.ShouldRetry(error, new RetryCounts { Throttles = 1, Errors = 1 }, TimeSpan.Zero), Is.False);
    }

    [Test]
    public void A_requested_delay_of_the_whole_budget_is_waited_for()
    {
        Assert.That(_policy.ShouldRetry(Error(ServiceErrorKind.Unavailable, retryAfter: Budget), new RetryCounts { Errors = 1 }, TimeSpan.Zero), Is.True);
    }

    [Test]
    public void Other_errors_are_not_retried(
        [Values(ServiceErrorKind.Validation, ServiceErrorKind.NotFound, ServiceErrorKind.AccessDenied, ServiceErrorKind.Refused, ServiceErrorKind.RejectedRecords)]
        object kind)
    {
        Assert.That(_policy.ShouldRetry(Error((ServiceErrorKind)kind), new RetryCounts(), TimeSpan.Zero), Is.False);
    }

    [TestCase(1, 100)]
    [TestCase(2, 200)]
    [TestCase(6, 3_200)]
    [TestCase(7, 5_000)]
    [TestCase(1_000, 5_000)]
    public void The_delay_after_an_error_doubles_up_to_the_maximum(int errors, double milliseconds)
    {
        TimeSpan delay = RetryPolicy.DelayFor(Error(ServiceErrorKind.Unavailable), new RetryCounts { Errors = errors, Throttles = 50 }, random: 1);

        Assert.That(delay, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [TestCase(1, 10)]
    [TestCase(2, 20)]
    [TestCase(9, 2_560)]
    [TestCase(10, 5_000)]
    public void The_delay_after_throttling_starts_shorter_and_doubles_too(int throttles, double milliseconds)
    {
        TimeSpan delay = RetryPolicy.DelayFor(Error(ServiceErrorKind.Throttled), new RetryCounts { Throttles = throttles, Errors = 50 }, random: 1);

        Assert.That(delay, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [TestCase(0, 0)]
    [TestCase(0.25, 25)]
    public void Jitter_takes_a_random_share_of_the_delay(double random, double milliseconds)
    {
        TimeSpan delay = RetryPolicy.DelayFor(Error(ServiceErrorKind.Unavailable), new RetryCounts { Errors = 1 }, random);

        Assert.That(delay, Is.EqualTo(TimeSpan.FromMilliseconds(milliseconds)));
    }

    [Test]
    public void A_requested_delay_is_added_in_full()
    {
        ServiceError error = Error(ServiceErrorKind.Throttled, retryAfter: TimeSpan.FromSeconds(30));

        TimeSpan delay = RetryPolicy.DelayFor(error, new RetryCounts { Throttles = 1 }, random: 0.5);

        Assert.That(delay, Is.EqualTo(TimeSpan.FromMilliseconds(30_005)));
    }

    private static ServiceError Error(ServiceErrorKind kind, string message = "no", TimeSpan? retryAfter = null) =>
        new() { Kind = kind, Code = "Code", Message = message, RetryAfter = retryAfter };
}
