using Loader.LocalAws.Http;

namespace Loader.LocalAws.Faults;

/// <summary>Selects the calls of an operation that a fault affects. Calls are counted from 1, starting when the rule is created.</summary>
public sealed class FaultOccasion
{
    private readonly FaultScript _script;
    private readonly string _operation;
    private readonly TimeProvider _time;
    private readonly Func<ServiceCall, bool>? _where;

    internal FaultOccasion(FaultScript script, string operation, TimeProvider time, Func<ServiceCall, bool>? where = null)
    {
        _script = script;
        _operation = operation;
        _time = time;
        _where = where;
    }

    /// <summary>Restricts the rule to calls that satisfy the predicate. Other calls are not counted.</summary>
    public FaultOccasion Where(Func<ServiceCall, bool> predicate) => new(_script, _operation, _time, predicate);

    /// <summary>Affects exactly these calls.</summary>
    public FaultEffect Calls(params int[] numbers)
    {
        var set = numbers.Select(number => (long)number).ToHashSet();
        return When(set.Contains);
    }

    /// <summary>Affects the next <paramref name="count"/> calls.</summary>
    public FaultEffect Next(int count = 1) => When(call => call <= count);

    /// <summary>Affects calls k, 2k, 3k …</summary>
    public FaultEffect EveryNth(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return When(call => call % k == 0);
    }

    /// <summary>Affects each call with a probability of 0 to 1. The same seed gives the same sequence of decisions.</summary>
    public FaultEffect WithProbability(double probability, int seed)
    {
        var random = new Random(seed);
        return When(_ =>
        {
            lock (random)
            {
                return random.NextDouble() < probability;
            }
        });
    }

    /// <summary>Affects every call.</summary>
    public FaultEffect Always() => When(static _ => true);

    /// <summary>Affects calls whose number satisfies the predicate.</summary>
    public FaultEffect When(Func<long, bool> number) => new(_script, _time, action => new FaultRule(_script, _operation, _where, number, action));
}
