using Loader.Domain;
using Loader.Infrastructure.Mapping;
using Loader.Infrastructure.Parquet.Schema;

namespace Loader.Infrastructure.Parquet.Columns;

/// <summary>Makes the key of a series from the texts of columns. It is called once for each distinct combination of texts.</summary>
/// <param name="plan">How the texts give the parts of the key.</param>
/// <param name="values">The columns of values, whose names give the other parts.</param>
internal sealed class MappedSeries(SeriesPlan plan, IReadOnlyList<MappedValue> values)
{
    /// <summary>Gets the number of columns of values.</summary>
    public int ValueColumns => values.Count;

    /// <summary>Makes a key.</summary>
    /// <param name="texts">The text of each column of <see cref="ColumnPlan.Dimensions"/>.</param>
    /// <param name="value">The index of the column of values.</param>
    /// <returns>The key, or <see langword="null"/> if rows with these texts are left out.</returns>
    public SeriesKey? TryGetKey(ReadOnlySpan<string?> texts, int value)
    {
        foreach (ConditionPlan condition in plan.Conditions)
        {
            if (!IsMet(condition, texts[condition.Column]))
            {
                return null;
            }
        }

        string? unknown = null;
        Span<string?> parts = new string?[plan.Parts.Count];
        for (int part = 0; part < parts.Length; part++)
        {
            parts[part] = plan.Constants[part] ?? values[value].Constants[part];
            if (plan.Parts[part] is not { } source)
            {
                continue;
            }

            string? text = Join(source, texts);
            switch (MappedText.Apply(source.Rule, text, out parts[part]))
            {
                case TextFate.Dropped:
                    return null;
                case TextFate.Unknown:
                    unknown ??= $"{source.Names} '{text}' is not in the map of the mapping.";
                    break;
            }
        }

        return new SeriesKey(
            parts[(int)SeriesPart.Region],
            parts[(int)SeriesPart.Subject],
            parts[(int)SeriesPart.MeasurementType],
            parts[(int)SeriesPart.QualityFlag],
            parts[(int)SeriesPart.Unit])
        {
            UnknownCode = unknown,
        };
    }

    private static bool IsMet(ConditionPlan condition, string? text)
    {
        bool isListed = text is null
            ? condition.HasNull
            : condition.Texts.Contains(condition.Condition.Trim ? text.Trim() : text);
        return isListed != condition.Condition.IsExcluding;
    }

    /// <summary>Joins the texts of several columns. If one is null, so is the result.</summary>
    private static string? Join(PartPlan part, ReadOnlySpan<string?> texts)
    {
        if (part.Columns.Count == 1)
        {
            return texts[part.Columns[0]];
        }

        var joined = new string[part.Columns.Count];
        for (int i = 0; i < joined.Length; i++)
        {
            if (texts[part.Columns[i]] is not { } text)
            {
                return null;
            }

            if (string.Equals(text, Series.InvalidText, StringComparison.Ordinal))
            {
                return text;
            }

            joined[i] = part.Rule.Trim ? text.Trim() : text;
        }

        return string.Join(part.Join, joined);
    }
}
