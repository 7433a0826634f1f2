namespace Loader.LocalAws.Faults;

/// <summary>The decision of a script's rules about one call.</summary>
internal sealed class FaultDecision
{
    public static readonly FaultDecision None = new();

    public List<RunBefore> Before { get; } = [];

    public List<RunAfter> After { get; } = [];

    public RespondInstead? Response { get; private set; }

    public ResetConnection? Reset { get; private set; }

    public TruncateResponse? Truncate { get; private set; }

    public RecordFaults? Records { get; private set; }

    /// <summary>The name of the fault that determines the response, for the request log.</summary>
    public string? Name { get; private set; }

    private bool IsDecided => Response is not null || Reset is not null || Truncate is not null;

    /// <summary>Adds an action unless an earlier one already determines the response. Returns whether it was added.</summary>
    public bool Take(FaultAction action)
    {
        switch (action)
        {
            case RunBefore before:
                Before.Add(before);
                return true;
            case RunAfter after:
                After.Add(after);
                return true;
            case var _ when IsDecided:
                return false;
            case RespondInstead response:
                Response = response;
                break;
            case ResetConnection reset:
                Reset = reset;
                break;
            case TruncateResponse truncate:
                Truncate = truncate;
                break;
            case RefuseRecords refuse:
                (Records ??= new RecordFaults()).Add(refuse);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(action), action, "Unknown action.");
        }

        Name ??= action.Name;
        return true;
    }
}
