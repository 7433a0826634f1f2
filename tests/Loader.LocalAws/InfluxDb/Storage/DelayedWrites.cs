namespace Loader.LocalAws.InfluxDb.Storage;

/// <summary>
/// Writes that were answered with a time-out, or whose client gave up, and that the server applies at once, after some later writes, or never (InfluxDB
/// reference, section 2: "500 timeout while the write goes on"). The seed decides.
/// </summary>
internal sealed class DelayedWrites(int seed)
{
    private const int MaxDelay = 5;

    private readonly Lock _gate = new();
    private readonly Random _random = new(seed);
    private readonly List<(int Left, Action Apply)> _waiting = [];

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    public void Add(Action apply)
    {
        int delay;
        lock (_gate)
        {
            // -1: never; 0: at once.
            delay = _random.Next(-1, MaxDelay);
            if (delay > 0)
            {
                _waiting.Add((delay, apply));
            }
        }

        if (delay == 0)
        {
            apply();
        }
    }

    /// <summary>Counts a write that was handled; applies the writes whose time has come.</summary>
    public void CountWrite()
    {
        var due = new List<Action>();
        lock (_gate)
        {
            for (var i = _waiting.Count - 1; i >= 0; i--)
            {
                var (left, apply) = _waiting[i];
                _waiting[i] = (left - 1, apply);
                if (left <= 1)
                {
                    due.Insert(0, apply);
                    _waiting.RemoveAt(i);
                }
            }
        }

        due.ForEach(apply => apply());
    }

    public int ApplyAll()
    {
        Action[] all;
        lock (_gate)
        {
            all = [.. _waiting.Select(waiting => waiting.Apply)];
            _waiting.Clear();
        }

        Array.ForEach(all, apply => apply());
        return all.Length;
    }
}
