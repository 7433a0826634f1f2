using Loader.Domain;
using Loader.Infrastructure.Mapping;

namespace Loader.Infrastructure.Parquet.Suggesting;

/// <summary>Drafts mappings for EIA-930: as PUDL publishes it, and as EIA does. Their times are the ends of hours.</summary>
internal static class EiaSuggestion
{
    private const string SourcePattern = @"^Net Generation \(MW\) from (?<source>[A-Za-z ]+)$";

    /// <summary>Drafts a mapping.</summary>
    /// <returns>The draft, or <see langword="null"/> if the file is no such file, or has nothing of the dataset.</returns>
    public static MappingDraft? TryDraft(SuggestedFile file, DatasetType? wanted)
    {
        MappingDraft? draft = TryPudl(file, wanted) ?? TryEia(file, wanted);
        if (draft is not null)
        {
            draft.Mapping = draft.Mapping with
            {
                Timestamp = draft.Mapping.Timestamp with { IsEnd = true, Step = TimeSpan.FromHours(1) },
            };
            draft.Notes.Add("EIA's times are taken for the ends of hours");
        }

        return draft;
    }

    private static MappingDraft? TryPudl(SuggestedFile file, DatasetType? wanted)
    {
        if (file.Find("datetime_utc") is not { CanBeTime: true } time || file.Find("balancing_authority_code_eia") is not { } area)
        {
            return null;
        }

        MappingDraft draft;
        SuggestedColumn? source = file.Find("generation_energy_source");
        if (source is not null && file.FindAny("net_generation_reported_mwh", "net_generation_mwh") is { IsNumber: true } generation
            && (wanted ?? DatasetType.Generation) == DatasetType.Generation)
        {
            draft = new MappingDraft(file, DatasetType.Generation, "pudl-eia930-generation");
            draft.SetValue(generation);
            draft.Mapping = draft.Mapping with
            {
                Subject = MappingDraft.Column(source.Name),
                MeasurementType = MappingDraft.Constant("energy"),
            };
        }
        else if (file.Find("demand_reported_mwh") is { IsNumber: true } demand
            && (wanted ?? DatasetType.Consumption) == DatasetType.Consumption)
        {
            draft = new MappingDraft(file, DatasetType.Consumption, "pudl-eia930-demand");
            draft.Mapping = draft.Mapping with { Subject = MappingDraft.Constant("total") };
            if (file.Find("demand_imputed_eia_mwh") is { IsNumber: true } imputed)
            {
                draft.SetUnpivot("flag", (demand, "reported"), (imputed, "imputed"));
                draft.Mapping = draft.Mapping with { MeasurementType = MappingDraft.Match("flag") };
            }
            else
            {
                draft.SetValue(demand);
                draft.Mapping = draft.Mapping with { MeasurementType = MappingDraft.Constant("energy") };
            }
        }
        else
        {
            return null;
        }

        draft.SetTime(time, "UTC");
        draft.Mapping = draft.Mapping with { Unit = MappingDraft.Constant("MWh"), Region = MappingDraft.Column(area.Name) };
        return draft;
    }

    private static MappingDraft? TryEia(SuggestedFile file, DatasetType? wanted)
    {
        if (file.Find("UTC Time at End of Hour") is not { CanBeTime: true } time || file.Find("Balancing Authority") is not { } area)
        {
            return null;
        }

        SuggestedColumn[] sources =
        [
            .. file.Columns.Where(column => column.IsNumber
                && MappingRegex.TryCreate(SourcePattern, out _)!.IsMatch(column.Name)),
        ];
        SuggestedColumn? demand = file.Find("Demand (MW)");
        MappingDraft draft;
        if (demand is { IsNumber: true } && (wanted ?? DatasetType.Consumption) == DatasetType.Consumption)
        {
            draft = new MappingDraft(file, DatasetType.Consumption, "eia930-demand");
            draft.SetValue(demand);
            draft.Mapping = draft.Mapping with { Subject = MappingDraft.Constant("total") };
            if (sources.Length > 0 && wanted is null)
            {
                draft.Notes.Add("the file also has generation by source: --dataset generation drafts a mapping for it");
            }
        }
        else if (sources.Length > 0 && (wanted ?? DatasetType.Generation) == DatasetType.Generation)
        {
            draft = new MappingDraft(file, DatasetType.Generation, "eia930-generation");
            draft.SetUnpivot(new UnpivotSource { Pattern = SourcePattern }, sources);
            draft.Mapping = draft.Mapping with { Subject = MappingDraft.Match("source") };
        }
        else
        {
            return null;
        }

        draft.SetTime(time, "UTC");
        draft.Mapping = draft.Mapping with
        {
            Unit = MappingDraft.Constant("MW"),
            MeasurementType = MappingDraft.Constant("power"),
            Region = MappingDraft.Column(area.Name),
        };
        return draft;
    }
}
