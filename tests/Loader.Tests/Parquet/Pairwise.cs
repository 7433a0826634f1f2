namespace Loader.Tests.Parquet;

/// <summary>Chooses few combinations that contain every pair of values of any two dimensions.</summary>
internal static class Pairwise
{
    /// <summary>Greedy: of some random combinations with a missing pair, the one with the most missing pairs is next.</summary>
    public static IEnumerable<int[]> Combinations(int[] sizes, int seed)
    {
        var random = new Random(seed);
        var missing = new HashSet<(int A, int ValueA, int B, int ValueB)>();
        for (int a = 0; a < sizes.Length; a++)
        {
            for (int b = a + 1; b < sizes.Length; b++)
            {
                for (int i = 0; i < sizes[a] * sizes[b]; i++)
                {
                    missing.Add((a, i / sizes[b], b, i % sizes[b]));
                }
            }
        }

        while (missing.Count > 0)
        {
            (int firstA, int firstValueA, int firstB, int firstValueB) = missing.Order().First();
            int[] best = [];
            int bestCount = -1;
            for (int attempt = 0; attempt < 30; attempt++)
            {
                int[] candidate = [.. sizes.Select(size => random.Next(size))];
                candidate[firstA] = firstValueA;
                candidate[firstB] = firstValueB;
                int count = PairsOf(candidate).Count(missing.Contains);
                if (count > bestCount)
                {
                    (best, bestCount) = (candidate, count);
                }
            }

            missing.ExceptWith(PairsOf(best));
            yield return best;
        }
    }

    private static IEnumerable<(int A, int ValueA, int B, int ValueB)> PairsOf(int[] combination)
    {
        for (int a = 0; a < combination.Length; a++)
        {
            for (int b = a + 1; b < combination.Length; b++)
            {
                yield return (a, combination[a], b, combination[b]);
            }
        }
    }
}
