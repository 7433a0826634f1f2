using Loader.LocalAws.Faults;

namespace Loader.Tests.Faults;

/// <summary>Faults by name, alone and mixed.</summary>
internal static class FaultPlan
{
    /// <summary>Selects the first call, some calls, or every third one for a while.</summary>
    public static FaultEffect At(string when, FaultOccasion occasion) => when switch
    {
        "first" => occasion.Calls(1),
        "some" => occasion.Calls(2, 3, 7),
        "third" => occasion.When(call => call % 3 == 0 && call <= 30),
        _ => throw new ArgumentOutOfRangeException(nameof(when), when, "no such calls"),
    };

    public static FaultRule Apply(string fault, FaultEffect on) => fault switch
    {
        "Throttle" => on.Throttle(),
        "ThrottleRetryAfter" => on.Throttle(retryAfter: TimeSpan.Zero),
        "ThrottleMagnetic" => on.ThrottleMagneticStore(),
        "InternalError" => on.InternalError(),
        "Status500" => on.Status(500),
        "Status502" => on.Status(502),
        "Status503" => on.Status(503, retryAfter: TimeSpan.Zero),
        "Status504" => on.Status(504),
        "Html500" => on.HtmlError(500),
        "Html503" => on.HtmlError(),
        "ResetBefore" => on.ResetBeforeStore(),
        "ResetAfter" => on.ResetAfterStore(),
        "Truncate" => on.Truncate(),
        "TruncateInside" => on.Truncate(1_000),
        "Timeout" => on.Timeout(),
        "Slow" => on.Delay(TimeSpan.FromMilliseconds(20)),
        "AccessDenied" => on.AccessDenied(),
        "NotFound" => on.ResourceNotFound(),
        "SkewedClock" => on.SkewedClock(),
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "no such fault"),
    };

    /// <summary>Applies about half of the faults of a plan, each with a random probability.</summary>
    /// <param name="rig">The loader.</param>
    /// <param name="plan">The faults by operation.</param>
    /// <param name="seed">The seed of the choice.</param>
    /// <param name="scale">A factor of the probabilities.</param>
    public static void Mix(FaultRig rig, IEnumerable<(string Operation, string[] Faults)> plan, int seed, double scale = 1)
    {
        var random = new Random(seed);
        foreach ((string operation, string[] faults) in plan)
        {
            foreach (string fault in faults)
            {
                if (random.Next(2) == 0)
                {
                    Apply(fault, rig.On(operation).WithProbability(scale * (0.02 + (random.NextDouble() * 0.13)), random.Next()));
                }
            }
        }
    }
}
