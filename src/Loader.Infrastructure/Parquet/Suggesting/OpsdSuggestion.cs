using System.Text.RegularExpressions;
using Loader.Domain;
using Loader.Infrastructure.Mapping;

namespace Loader.Infrastructure.Parquet.Suggesting;

/// <summary>Drafts mappings for wide files of Open Power System Data: <c>{region}_{variable}_{attribute}</c>.</summary>
internal static class OpsdSuggestion
{
    private const string GenerationPattern =
        "^(?<region>[A-Z]{2}(_[A-Za-z0-9]+)??)_(?<source>solar|wind|wind_onshore|wind_offshore)_generation_actual$";

    private const string LoadPattern = "^(?<region>[A-Z]{2}(_[A-Za-z0-9]+)?)_load_actual_entsoe_transparency$";

    private static readonly Regex Generation = new(GenerationPattern, MappingRegex.Options);
    private static readonly Regex Load = new(LoadPattern, MappingRegex.Options);

    /// <summary>Drafts a mapping.</summary>
    /// <returns>The draft, or <see langword="null"/> if the file is no such file, or has nothing of the dataset.</returns>
    public static MappingDraft? TryDraft(SuggestedFile file, DatasetType? wanted)
    {
        if (file.Find("utc_timestamp") is not { CanBeTime: true } time)
        {
            return null;
        }

        SuggestedColumn[] generation = [.. file.Columns.Where(column => column.IsNumber && Generation.IsMatch(column.Name))];
        SuggestedColumn[] load = [.. file.Columns.Where(column => column.IsNumber && Load.IsMatch(column.Name))];
        MappingDraft draft;
        if (generation.Length > 0 && (wanted ?? DatasetType.Generation) == DatasetType.Generation)
        {
            draft = new MappingDraft(file, DatasetType.Generation, "opsd-generation");
            draft.SetUnpivot(new UnpivotSource { Pattern = GenerationPattern }, generation);
            draft.Mapping = draft.Mapping with { Subject = MappingDraft.Match("source") };
            if (load.Length > 0 && wanted is null)
            {
                draft.Notes.Add("the file also has loads: --dataset consumption drafts a mapping for them");
            }
        }
        else if (load.Length > 0 && (wanted ?? DatasetType.Consumption) == DatasetType.Consumption)
        {
            draft = new MappingDraft(file, DatasetType.Consumption, "opsd-load");
            draft.SetUnpivot(new UnpivotSource { Pattern = LoadPattern }, load);
            draft.Mapping = draft.Mapping with { Subject = MappingDraft.Constant("total") };
        }
        else
        {
            return null;
        }

        draft.SetTime(time, "UTC");
        draft.Mapping = draft.Mapping with
        {
            Region = MappingDraft.Match("region"),
            Unit = MappingDraft.Constant("MW"),
            MeasurementType = MappingDraft.Constant("power"),
        };
        draft.Notes.Add("capacities, profiles, forecasts and prices are not read");
        return draft;
    }
}
