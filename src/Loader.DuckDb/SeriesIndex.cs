namespace Loader.DuckDb;

/// <summary>Finds series by their texts. The texts belong to the loads whose rows are written.</summary>
internal sealed unsafe class SeriesIndex
{
    private nint[] _texts = new nint[64];
    private int[] _slots = new int[128];

    /// <summary>Gets the number of series.</summary>
    public int Count { get; private set; }

    /// <summary>Returns the texts of a series.</summary>
    public DuckDbText* TextsOf(int series) => (DuckDbText*)_texts[series];

    /// <summary>Removes all series.</summary>
    public void Clear()
    {
        Count = 0;
        Array.Clear(_slots);
    }

    /// <summary>Returns the number of the series with these identity texts, or -1.</summary>
    public int Find(DuckDbText* texts) => _slots[FindSlot(texts)] - 1;

    /// <summary>Returns the number of the series with these identity texts, and adds it if it is new.</summary>
    /// <remarks>The unit of a series that is found may be another one.</remarks>
    public int Intern(DuckDbText* texts)
    {
        int slot = FindSlot(texts);
        if (_slots[slot] > 0)
        {
            return _slots[slot] - 1;
        }

        if (Count == _texts.Length)
        {
            Grow();
            slot = FindSlot(texts);
        }

        _texts[Count] = (nint)texts;
        _slots[slot] = ++Count;
        return Count - 1;
    }

    /// <summary>Returns whether two series have the same identity texts.</summary>
    public static bool HaveSameIdentity(DuckDbText* left, DuckDbText* right)
    {
        for (int text = 0; text < SeriesTexts.IdentityCount; text++)
        {
            if (!left[text].EqualsText(right[text]))
            {
                return false;
            }
        }

        return true;
    }

    private void Grow()
    {
        Array.Resize(ref _texts, Count * 2);
        _slots = new int[Count * 4];
        for (int series = 0; series < Count; series++)
        {
            _slots[FindSlot((DuckDbText*)_texts[series])] = series + 1;
        }
    }

    /// <summary>Returns the slot of a series, or the empty slot where it belongs.</summary>
    private int FindSlot(DuckDbText* texts)
    {
        ulong hash = 0;
        for (int text = 0; text < SeriesTexts.IdentityCount; text++)
        {
            hash = texts[text].AddTo(hash);
        }

        int mask = _slots.Length - 1;
        int slot = (int)(hash >> 32) & mask;
        while (_slots[slot] > 0 && !HaveSameIdentity(texts, (DuckDbText*)_texts[_slots[slot] - 1]))
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }
}
