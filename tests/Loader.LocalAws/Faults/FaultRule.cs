using Loader.LocalAws.Http;

namespace Loader.LocalAws.Faults;

/// <summary>One rule of a script: an operation, which of its calls, and what happens to them.</summary>
public sealed class FaultRule
{
    private readonly FaultScript _script;
    private readonly string _operation;
    private readonly Func<ServiceCall, bool>? _where;
    private readonly Func<long, bool> _when;
    private long _calls;
    private long _applied;

    internal FaultRule(FaultScript script, string operation, Func<ServiceCall, bool>? where, Func<long, bool> when, FaultAction action)
    {
        _script = script;
        _operation = operation;
        _where = where;
        _when = when;
        Action = action;
    }

    /// <summary>Gets how many calls this rule has seen, struck or not.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Gets how often this rule was applied.</summary>
    public long Applied => Interlocked.Read(ref _applied);

    internal FaultAction Action { get; }

    /// <summary>Takes the rule out of its script.</summary>
    public void Remove() => _script.Remove(this);

    internal bool Strikes(ServiceCall call) =>
        Names(call.Operation) && (_where is null || _where(call)) && _when(Interlocked.Increment(ref _calls));

    internal void CountApplied() => Interlocked.Increment(ref _applied);

    private bool Names(string operation) => _operation.EndsWith('*')
        ? operation.AsSpan().StartsWith(_operation.AsSpan(0, _operation.Length - 1), StringComparison.Ordinal)
        : string.Equals(operation, _operation, StringComparison.Ordinal);
}
