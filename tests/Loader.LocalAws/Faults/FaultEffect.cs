using System.Globalization;
using Loader.LocalAws.Http;
using Loader.LocalAws.Timestream;

namespace Loader.LocalAws.Faults;

/// <summary>What happens to the calls of a <see cref="FaultOccasion"/>. Each method adds the finished rule to its script and returns it.</summary>
public sealed class FaultEffect
{
    private readonly FaultScript _script;
    private readonly TimeProvider _time;
    private readonly Func<FaultAction, FaultRule> _rule;

    internal FaultEffect(FaultScript script, TimeProvider time, Func<FaultAction, FaultRule> rule)
    {
        _script = script;
        _time = time;
        _rule = rule;
    }

    /// <summary>The service's throttling error (Timestream 429, S3 503 SlowDown), with <c>Retry-After</c> in whole seconds if given.</summary>
    public FaultRule Throttle(string message = "Request was denied due to request throttling.", TimeSpan? retryAfter = null) =>
        Answer("Throttle", call => ServiceErrors.Throttled(call, message)
            .With("Retry-After", retryAfter?.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)));

    /// <summary>A throttle that can last six hours: too many active magnetic-store partitions (field 2.6).</summary>
    public FaultRule ThrottleMagneticStore() => Throttle(
        "Write throttled: the number of ActiveMagneticStorePartitions exceeds the limit of 250 for this database.");

    /// <summary>The service's own 500.</summary>
    public FaultRule InternalError() => Answer("InternalError", ServiceErrors.Internal);

    /// <summary>A 500, 502, 503 or 504 with a page of HTML, as a load balancer in front of a service answers.</summary>
    public FaultRule HtmlError(int status = 503) => Answer(string.Create(CultureInfo.InvariantCulture, $"Html{status}"), _ => ServiceErrors.Html(status));

    /// <summary>The caller lacks a permission.</summary>
    public FaultRule AccessDenied(string message = "User is not authorized to perform this action.") =>
        Answer("AccessDenied", call => ServiceErrors.AccessDenied(call, message));

    /// <summary>The table, object or function is not there.</summary>
    public FaultRule ResourceNotFound(string message = "The resource does not exist.") =>
        Answer("ResourceNotFound", call => ServiceErrors.NotFound(call, message));

    /// <summary>Any error in the service's own format.</summary>
    public FaultRule Error(int status, string code, string message) => Answer(code, call => ServiceErrors.Error(call, status, code, message));

    /// <summary>Timestream only: 421, the cell is not ours any more. DescribeEndpoints goes on to name what it named before.</summary>
    public FaultRule InvalidEndpoint() => Answer("InvalidEndpoint", ServiceErrors.InvalidEndpoint);

    /// <summary>Timestream only: 421, and from now on DescribeEndpoints names <paramref name="cell"/>.</summary>
    public FaultRule MovedCell(TimestreamState timestream, Uri cell) => Answer("MovedCell", call =>
    {
        timestream.MoveCell(cell);
        return ServiceErrors.InvalidEndpoint(call);
    });

    /// <summary>The error that a client with a wrong clock gets; the answer's Date header has the server's time.</summary>
    public FaultRule SkewedClock() => Answer("SkewedClock", call =>
    {
        var now = _time.GetUtcNow();
        var error = Clock.Skewed(call, now - TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(5), now);
        return ServiceErrors.Error(call, error.Status, error.Code, error.Message);
    });

    /// <summary>The connection is reset after the request arrived and before anything was done.</summary>
    public FaultRule ResetBeforeStore() => Add(new ResetConnection("ResetBeforeStore", AfterStore: false));

    /// <summary>The service does its work, then the connection is reset instead of an answer.</summary>
    public FaultRule ResetAfterStore() => Add(new ResetConnection("ResetAfterStore", AfterStore: true));

    /// <summary>The answer announces its length and ends after <paramref name="keepBytes"/> bytes of its body; an S3 range stops in the middle.</summary>
    public FaultRule Truncate(long keepBytes = 10) => Add(new TruncateAnswer("Truncate", keepBytes));

    /// <summary>The service does its work; the first byte of its answer comes after a delay, by the server's clock.</summary>
    public FaultRule Delay(TimeSpan delay) => Add(new RunAfter("Delay", (_, token) => Task.Delay(delay, _time, token)));

    /// <summary>The service does its work; the first byte of its answer comes when the test opens the gate.</summary>
    public FaultRule Hold(FaultGate gate)
    {
        _script.Register(gate);
        return Add(new RunAfter("Hold", (_, token) => gate.PassAsync(token)));
    }

    /// <summary>The request arrived whole, but the service starts to work on it only when the test opens the gate.</summary>
    public FaultRule HoldBefore(FaultGate gate)
    {
        _script.Register(gate);
        return Add(new RunBefore("HoldBefore", (_, token) => gate.PassAsync(token)));
    }

    /// <summary>Runs something before the service works, for example replaces the object between two ranges.</summary>
    public FaultRule Do(Action act, string name = "Do") => Add(new RunBefore(name, (_, _) =>
    {
        act();
        return Task.CompletedTask;
    }));

    /// <summary>Timestream only: a ValidationException condemns every request that holds a record like this; nothing of it is stored.</summary>
    public FaultRule RefuseRequestsWith(Func<WriteRecord, bool> predicate, string message = "The record cannot be accepted.") =>
        Add(new RefuseRecords("RefuseRequest", predicate, message, WholeRequest: true, ExistingVersion: null));

    /// <summary>Timestream only: records like this are rejected (419); the others of their request are stored.</summary>
    public FaultRule RejectRecords(Func<WriteRecord, bool> predicate, string reason = "The record is rejected.", long? existingVersion = null) =>
        Add(new RefuseRecords("RejectRecord", predicate, reason, WholeRequest: false, existingVersion));

    private FaultRule Answer(string name, Func<ServiceCall, Reply> answer) => Add(new AnswerInstead(name, answer));

    private FaultRule Add(FaultAction action)
    {
        var rule = _rule(action);
        _script.Add(rule);
        return rule;
    }
}
