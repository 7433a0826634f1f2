using System.Collections.Concurrent;
using Loader.LocalAws.Http;

namespace Loader.LocalAws.Faults;

/// <summary>
/// The faults to inject and the calls they apply to: <c>server.Faults.On("timestream:WriteRecords").Calls(1, 3).Throttle()</c>. Rules apply in the order in which
/// they were added. The first rule that replaces the response wins; delays and hooks of all rules run. Every applied fault is counted.
/// </summary>
public sealed class FaultScript
{
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<AppliedFault, long> _applied = new();
    private readonly ConcurrentBag<FaultGate> _gates = [];
    private volatile FaultRule[] _rules = [];

    internal FaultScript(TimeProvider time) => _time = time;

    /// <summary>Gets the number of times each fault was applied to each operation.</summary>
    public IReadOnlyDictionary<AppliedFault, long> Applied => new Dictionary<AppliedFault, long>(_applied);

    internal bool IsEmpty => _rules.Length == 0;

    /// <summary>
    /// Starts a rule for an operation, such as <c>s3:GetObject</c>, <c>timestream:WriteRecords</c>, <c>cloudwatch:PutMetricData</c>,
    /// <c>lambda:Invoke</c>; <c>timestream:*</c> means all operations of a service, <c>*</c> all of every service.
    /// </summary>
    public FaultOccasion On(string operation) => new(this, operation, _time);

    /// <summary>Removes all rules. The counts of applied faults stay.</summary>
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
