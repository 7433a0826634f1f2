using System.Numerics;

namespace Loader.Application.Quality;

/// <summary>The differences of values, several at once.</summary>
internal static class Differences
{
    /// <summary>Subtracts numbers from others.</summary>
    public static void Subtract(ReadOnlySpan<double> values, ReadOnlySpan<double> others, Span<double> differences)
    {
        int i = 0;
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            (new Vector<double>(values[i..]) - new Vector<double>(others[i..])).CopyTo(differences[i..]);
        }

        for (; i < values.Length; i++)
        {
            differences[i] = values[i] - others[i];
        }
    }

    /// <summary>Returns whether all are finite numbers other than 0, as most are.</summary>
    public static bool AreRegular(ReadOnlySpan<double> differences)
    {
        var largest = new Vector<double>(double.MaxValue);
        int i = 0;
        for (; i <= differences.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var size = Vector.Abs(new Vector<double>(differences[i..]));
            if (Vector.EqualsAny(size, Vector<double>.Zero) || !Vector.LessThanOrEqualAll(size, largest))
            {
                return false;
            }
        }

        for (; i < differences.Length; i++)
        {
            if (differences[i] == 0 || !double.IsFinite(differences[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Moves those that are finite to the front; that of two large values may be none.</summary>
    /// <returns>Their number.</returns>
    public static int KeepFinite(Span<double> differences)
    {
        int count = 0;
        foreach (double difference in differences)
        {
            differences[count] = difference;
            count += double.IsFinite(difference) ? 1 : 0;
        }

        return count;
    }
}
