namespace Loader.Infrastructure.Mapping;

/// <summary>Finds the name that is probably meant by one that does not exist.</summary>
internal static class NearestName
{
    /// <summary>Longer names are compared by their beginning only, so that a hostile file cannot cost time.</summary>
    private const int MaxLength = 128;

    /// <summary>Finds the nearest of several names.</summary>
    /// <param name="name">The name that was given.</param>
    /// <param name="candidates">The names that exist.</param>
    /// <returns>The nearest name, or <see langword="null"/> if none is near: at most a third of the letters differ.</returns>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        string wanted = Normalize(name);
        string? best = null;
        int bestDistance = Math.Max(1, wanted.Length / 3) + 1;
        foreach (string candidate in candidates)
        {
            string normal = Normalize(candidate);
            int distance = Math.Abs(normal.Length - wanted.Length) >= bestDistance ? bestDistance : EditDistance.Of(normal, wanted);
            if (distance < bestDistance)
            {
                (best, bestDistance) = (candidate, distance);
            }
        }

        return best;
    }

    private static string Normalize(string name)
    {
        string letters = string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();
        return letters.Length <= MaxLength ? letters : letters[..MaxLength];
    }
}

/// <summary>The Levenshtein distance: how many letters must be added, removed or replaced.</summary>
internal static class EditDistance
{
    /// <summary>Returns the distance of two texts, computed row by row.</summary>
    public static int Of(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (int j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (int i = 1; i <= a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.Length; j++)
            {
                int replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
