using Loader.Infrastructure.Requests;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.Requests;

public sealed class RetryLoopTests
{
    private static readonly ServiceError Throttled = new() { Kind = ServiceErrorKind.Throttled, Code = "ThrottlingException", Message = "slow down" };
    private static readonly ServiceError Unavailable = ServiceError.NoAnswer("NoAnswer", "nobody there");
    private static readonly ServiceError Denied = new() { Kind = ServiceErrorKind.AccessDenied, Code = "AccessDeniedException", Message = "no" };
    private static readonly ServiceResponse Success = new("{}"u8.ToArray());

    private readonly FakeTimeProvider _time = new();
    private readonly RetryCounts _counts = new();
    private int _attempts;

    [Test]
    public async Task A_success_is_returned_after_one_attempt()
    {
        ServiceResponse answer = await Send(Success);

        Assert.That((answer.Error, _attempts, _counts.FailedAttempts), Is.EqualTo(((ServiceError?)null, 1, 0)));
    }

    [Test]
    public async Task Errors_and_throttles_are_counted_apart()
    {
        ServiceResponse answer = await Send(Unavailable, Throttled, Throttled, Unavailable, Success);

        Assert.That(
            (answer.Error, _attempts, _counts.Errors, _counts.Retries, _counts.Throttles), Is.EqualTo(((ServiceError?)null, 5, 2, 2, 2)));
    }

    [Test]
    public async Task After_the_last_retry_the_error_is_returned()
    {
        ServiceResponse answer = await Send(Unavailable, Unavailable, Unavailable, Unavailable, Success);

        Assert.That((answer.Error, _attempts, _counts.Errors, _counts.Retries), Is.EqualTo((Unavailable, 4, 4, 3)));
    }

    [Test]
    public async Task An_error_that_retries_cannot_remove_is_returned_at_once()
    {
        ServiceResponse answer = await Send(Denied, Success);

        Assert.That((answer.Error, _attempts, _counts.FailedAttempts), Is.EqualTo((Denied, 1, 0)));
    }

    [Test]
    public async Task The_counts_start_again_with_each_request()
    {
        await Send(Throttled, Unavailable, Success);
        await Send(Success);

        Assert.That((_counts.Throttles, _counts.Errors, _counts.Retries), Is.EqualTo((0, 0, 0)));
    }

    [Test]
    public async Task The_next_attempt_waits_for_the_delay()
    {
        Task<ServiceResponse> sending = Send(Loop(random: 1), CancellationToken.None, Unavailable, Success);

        _time.Advance(TimeSpan.FromMilliseconds(99));
        int before = _attempts;
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await sending;

        Assert.That((before, _attempts), Is.EqualTo((1, 2)));
    }

    [Test]
    public async Task Cancelling_ends_the_delay_and_keeps_the_counts()
    {
        using var cancel = new CancellationTokenSource();
        Task<ServiceResponse> sending = Send(Loop(random: 1), cancel.Token, Throttled, Success);

        await cancel.CancelAsync();

        Assert.That(async () => await sending, Throws.InstanceOf<OperationCanceledException>());
        Assert.That((_attempts, _counts.Throttles), Is.EqualTo((1, 1)));
    }

    [Test]
    public void A_token_cancelled_during_an_attempt_prevents_the_retry()
    {
        using var cancel = new CancellationTokenSource();
        int attempts = 0;

        Assert.That(
            async () => await Loop(random: 0).SendAsync(
                (_, _) =>
                {
                    attempts++;
                    cancel.Cancel();
                    return new ValueTask<ServiceResponse>(Unavailable);
                },
                0,
                _counts,
                cancel.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(attempts, Is.EqualTo(1));
    }

    [Test]
    public async Task Throttling_ends_a_request_when_the_budget_is_used_up()
    {
        RetryLoop loop = Loop(random: 0);

        ServiceResponse answer = await Send(loop, TimeSpan.FromMinutes(1), CancellationToken.None, Throttled, Throttled, Throttled, Success);

        Assert.That((answer.Error, _attempts), Is.EqualTo((Throttled, 3)));
    }

    [Test]
    public async Task A_success_of_any_request_renews_the_budget()
    {
        RetryLoop loop = Loop(random: 0);
        await Send(loop, TimeSpan.FromMinutes(1), CancellationToken.None, Throttled, Throttled, Success);

        ServiceResponse answer = await Send(loop, TimeSpan.FromMinutes(1), CancellationToken.None, Throttled, Throttled, Success);

        Assert.That((answer.Error, _attempts), Is.EqualTo(((ServiceError?)null, 3)));
    }

    private Task<ServiceResponse> Send(params ServiceResponse[] answers) => Send(Loop(random: 0), CancellationToken.None, answers);

    private Task<ServiceResponse> Send(RetryLoop loop, CancellationToken cancellationToken, params ServiceResponse[] answers) =>
        Send(loop, TimeSpan.Zero, cancellationToken, answers);

    private async Task<ServiceResponse> Send(RetryLoop loop, TimeSpan durationOfAttempt, CancellationToken cancellationToken, params ServiceResponse[] answers)
    {
        _attempts = 0;
        return await loop.SendAsync(
            (_, _) =>
            {
                _time.Advance(durationOfAttempt);
                return new ValueTask<ServiceResponse>(answers[_attempts++]);
            },
            0,
            _counts,
            cancellationToken);
    }

    private RetryLoop Loop(double random) =>
        new("Timestream", new RetryPolicy(maxRetries: 3, throttleBudget: TimeSpan.FromMinutes(2)), () => random, NullLogger.Instance, _time);
}
