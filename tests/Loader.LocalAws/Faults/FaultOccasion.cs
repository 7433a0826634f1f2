using Loader.LocalAws.Http;

namespace Loader.LocalAws.Faults;

/// <summary>Which calls of an operation a fault strikes. Calls are counted from 1, from the moment the rule is made.</summary>
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

    /// <summary>Narrows the rule to calls that satisfy the predicate; others are not counted.</summary>
    public FaultOccasion Where(Func<ServiceCall, bool> predicate) => new(_script, _operation, _time, predicate);

    /// <summary>Strikes exactly these calls.</summary>
    public FaultEffect Calls(params int[] numbers)
    {
        var set = numbers.Select(number => (long)number).ToHashSet();
        return When(set.Contains);
    }

    /// <summary>Strikes the next <paramref name="count"/> calls.</summary>
    public FaultEffect Next(int count = 1) => When(call => call <= count);

    /// <summary>Strikes calls k, 2k, 3k …</summary>
    public FaultEffect EveryNth(int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return When(call => call % k == 0);
    }

    /// <summary>Strikes each call with a probability of 0 to 1. The same seed gives the same sequence of decisions.</summary>
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

    /// <summary>Strikes every call.</summary>
    public FaultEffect Always() => When(static _ => true);

    /// <summary>Strikes calls whose number satisfies the predicate.</summary>
    public FaultEffect When(Func<long, bool> number) => new(_script, _time, action => new FaultRule(_script, _operation, _where, number, action));
}
