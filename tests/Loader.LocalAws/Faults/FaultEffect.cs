using System.Globalization;
using System.Text;
using Loader.LocalAws.Http;
using Loader.LocalAws.Timestream;

namespace Loader.LocalAws.Faults;

/// <summary>Selects the fault for the calls of a <see cref="FaultOccasion"/>. Each method adds the finished rule to its script and returns it.</summary>
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
        Respond("Throttle", call => ServiceErrors.Throttled(call, message)
            .With("Retry-After", retryAfter?.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)));

    /// <summary>A throttle that can last six hours: too many active magnetic-store partitions (field 2.6).</summary>
    public FaultRule ThrottleMagneticStore() => Throttle(
        "Write throttled: the number of ActiveMagneticStorePartitions exceeds the limit of 250 for this database.");

    /// <summary>Any status with a body in the service's own format, and <c>Retry-After</c> in whole seconds if given.</summary>
    public FaultRule Status(int status, TimeSpan? retryAfter = null, string message = "The service cannot answer now.") =>
        Respond(string.Create(CultureInfo.InvariantCulture, $"Status{status}"), call => ServiceErrors.Error(call, status, "Fault", message)
            .With("Retry-After", retryAfter?.TotalSeconds.ToString("0", CultureInfo.InvariantCulture)));

    /// <summary>Exactly this response, whatever was asked: for wrong answers.</summary>
    public FaultRule Answer(int status, string body, string contentType = "application/json", string name = "Answer") =>
        Respond(name, _ => new() { Status = status, ContentType = contentType, Body = Encoding.UTF8.GetBytes(body) });

    /// <summary>
    /// InfluxDB only: 500 "timeout" while the write goes on. It is applied at once, after some later writes, or never; the server's seed decides (InfluxDB
    /// reference, section 2).
    /// </summary>
    public FaultRule Timeout() => Respond("Timeout", call =>
    {
        (call.StoreLater ?? throw new InvalidOperationException("Only InfluxDB applies writes later."))();
        return ServiceErrors.Error(call, 500, "Timeout", "unexpected error writing points to database: timeout");
    });

    /// <summary>The service's own error with status 500.</summary>
    public FaultRule InternalError() => Respond("InternalError", ServiceErrors.Internal);

    /// <summary>A 500, 502, 503 or 504 with an HTML page, as a load balancer sends it.</summary>
    public FaultRule HtmlError(int status = 503) => Respond(string.Create(CultureInfo.InvariantCulture, $"Html{status}"), _ => ServiceErrors.Html(status));

    /// <summary>The caller lacks a permission.</summary>
    public FaultRule AccessDenied(string message = "User is not authorized to perform this action.") =>
        Respond("AccessDenied", call => ServiceErrors.AccessDenied(call, message));

    /// <summary>The table, object or function does not exist.</summary>
    public FaultRule ResourceNotFound(string message = "The resource does not exist.") =>
        Respond("ResourceNotFound", call => ServiceErrors.NotFound(call, message));

    /// <summary>Any error in the service's own format.</summary>
    public FaultRule Error(int status, string code, string message) => Respond(code, call => ServiceErrors.Error(call, status, code, message));

    /// <summary>Timestream only: 421, as from a cell that moved. DescribeEndpoints still returns the same cell.</summary>
    public FaultRule InvalidEndpoint() => Respond("InvalidEndpoint", ServiceErrors.InvalidEndpoint);

    /// <summary>Timestream only: 421; from then on DescribeEndpoints returns <paramref name="cell"/>.</summary>
    public FaultRule MovedCell(TimestreamState timestream, Uri cell) => Respond("MovedCell", call =>
    {
        timestream.MoveCell(cell);
        return ServiceErrors.InvalidEndpoint(call);
    });

    /// <summary>The error for a client with a wrong clock. The Date header of the response has the server's time.</summary>
    public FaultRule SkewedClock() => Respond("SkewedClock", call =>
    {
        var now = _time.GetUtcNow();
        var error = Clock.Skewed(call, now - TimeSpan.FromMinutes(6), TimeSpan.FromMinutes(5), now);
        return ServiceErrors.Error(call, error.Status, error.Code, error.Message);
    });

    /// <summary>Resets the connection after the request arrived, before the service handles it.</summary>
    public FaultRule ResetBeforeStore() => Add(new ResetConnection("ResetBeforeStore", AfterStore: false));

    /// <summary>Resets the connection instead of sending the response, after the service handled the request.</summary>
    public FaultRule ResetAfterStore() => Add(new ResetConnection("ResetAfterStore", AfterStore: true));

    /// <summary>Ends the response after <paramref name="keepBytes"/> bytes of the announced body, for example in the middle of an S3 range.</summary>
    public FaultRule Truncate(long keepBytes = 10) => Add(new TruncateResponse("Truncate", keepBytes));

    /// <summary>Delays the first byte of the response, measured by the server's clock, after the service handled the request.</summary>
    public FaultRule Delay(TimeSpan delay) => Add(new RunAfter("Delay", (_, token) => Task.Delay(delay, _time, token)));

    /// <summary>Holds the first byte of the response until the test opens the gate, after the service handled the request.</summary>
    public FaultRule Hold(FaultGate gate)
    {
        _script.Register(gate);
        return Add(new RunAfter("Hold", (_, token) => gate.PassAsync(token)));
    }

    /// <summary>Holds the request, once it has arrived completely, until the test opens the gate; then the service handles it.</summary>
    public FaultRule HoldBefore(FaultGate gate)
    {
        _script.Register(gate);
        return Add(new RunBefore("HoldBefore", (_, token) => gate.PassAsync(token)));
    }

    /// <summary>Runs an action before the service handles the request, for example one that replaces the object between two ranges.</summary>
    public FaultRule Do(Action act, string name = "Do") => Add(new RunBefore(name, (_, _) =>
    {
        act();
        return Task.CompletedTask;
    }));

    /// <summary>Runs an action after the service handled the request, before the first byte of its response.</summary>
    public FaultRule DoAfter(Action act, string name = "DoAfter") => Add(new RunAfter(name, (_, _) =>
    {
        act();
        return Task.CompletedTask;
    }));

    /// <summary>Timestream only: every request with a matching record fails with a ValidationException, and none of its records is stored.</summary>
    public FaultRule RefuseRequestsWith(Func<WriteRecord, bool> predicate, string message = "The record cannot be accepted.") =>
        Add(new RefuseRecords("RefuseRequest", predicate, message, WholeRequest: true, ExistingVersion: null));

    /// <summary>Timestream only: rejects matching records (419) and stores the other records of the request.</summary>
    public FaultRule RejectRecords(Func<WriteRecord, bool> predicate, string reason = "The record is rejected.", long? existingVersion = null) =>
        Add(new RefuseRecords("RejectRecord", predicate, reason, WholeRequest: false, existingVersion));

    private FaultRule Respond(string name, Func<ServiceCall, Reply> respond) => Add(new RespondInstead(name, respond));

    private FaultRule Add(FaultAction action)
    {
        var rule = _rule(action);
        _script.Add(rule);
        return rule;
    }
}
