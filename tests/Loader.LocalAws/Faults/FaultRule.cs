using Loader.LocalAws.Http;

namespace Loader.LocalAws.Faults;

/// <summary>One rule of a script: an operation, the affected calls, and the fault.</summary>
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

    /// <summary>Gets the number of calls that this rule was checked against.</summary>
    public long Calls => Interlocked.Read(ref _calls);

    /// <summary>Gets the number of times this rule was applied.</summary>
    public long Applied => Interlocked.Read(ref _applied);

    internal FaultAction Action { get; }

    /// <summary>Removes the rule from its script.</summary>
    public void Remove() => _script.Remove(this);

    internal bool Strikes(ServiceCall call) =>
        Names(call.Operation) && (_where is null || _where(call)) && _when(Interlocked.Increment(ref _calls));

    internal void CountApplied() => Interlocked.Increment(ref _applied);

    private bool Names(string operation) => _operation.EndsWith('*')
        ? operation.AsSpan().StartsWith(_operation.AsSpan(0, _operation.Length - 1), StringComparison.Ordinal)
        : string.Equals(operation, _operation, StringComparison.Ordinal);
}
