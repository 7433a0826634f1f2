using System.Collections.Concurrent;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Faults;

/// <summary>
/// What goes wrong and when: <c>server.Faults.On("timestream:WriteRecords").Calls(1, 3).Throttle()</c>. Rules are asked in the order in which
/// they were added; the first that answers decides, delays and hooks of all of them happen. Every applied fault is counted.
/// </summary>
public sealed class FaultScript
{
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<AppliedFault, long> _applied = new();
    private readonly ConcurrentBag<FaultGate> _gates = [];
    private volatile FaultRule[] _rules = [];

    internal FaultScript(TimeProvider time) => _time = time;

    /// <summary>Gets how often each fault was applied to each operation.</summary>
    public IReadOnlyDictionary<AppliedFault, long> Applied => new Dictionary<AppliedFault, long>(_applied);

    internal bool IsEmpty => _rules.Length == 0;

    /// <summary>
    /// Begins a rule for an operation, such as <c>s3:GetObject</c>, <c>timestream:WriteRecords</c>, <c>cloudwatch:PutMetricData</c>,
    /// <c>lambda:Invoke</c>; <c>timestream:*</c> or <c>*</c> for all of a service or of all.
    /// </summary>
    public FaultOccasion On(string operation) => new(this, operation, _time);

    /// <summary>Drops all rules; what was applied stays counted.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _rules = [];
        }
    }

    internal void Add(FaultRule rule)
    {
        lock (_gate)
        {
            _rules = [.. _rules, rule];
        }
    }

    internal void Remove(FaultRule rule)
    {
        lock (_gate)
        {
            _rules = [.. _rules.Where(other => other != rule)];
        }
    }

    internal void Register(FaultGate gate) => _gates.Add(gate);

    internal void ReleaseGates()
    {
        foreach (var gate in _gates)
        {
            gate.Open();
        }
    }

    internal void Count(string operation, string fault) =>
        _applied.AddOrUpdate(new(operation, fault), 1, static (_, count) => count + 1);

    internal FaultDecision Decide(ServiceCall call)
    {
        var decision = new FaultDecision();
        foreach (var rule in _rules)
        {
            if (rule.Strikes(call) && decision.Take(rule.Action))
            {
                rule.CountApplied();
                Count(call.Operation, rule.Action.Name);
            }
        }

        return decision;
    }
}
