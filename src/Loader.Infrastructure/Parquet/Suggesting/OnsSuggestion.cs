using Loader.Domain;

namespace Loader.Infrastructure.Parquet.Suggesting;

/// <summary>Drafts mappings for files of ONS, the operator of the Brazilian grid.</summary>
internal static class OnsSuggestion
{
    private const string Origin = "id_subsistema_origem";
    private const string Destination = "id_subsistema_destino";
    private const string Subsystem = "id_subsistema";

    private static readonly Dictionary<string, string> Sources = new(StringComparer.Ordinal)
    {
        ["val_gerhidraulica"] = "hydro",
        ["val_gertermica"] = "thermal",
        ["val_gereolica"] = "wind",
        ["val_gersolar"] = "solar",
        ["val_gernuclear"] = "nuclear",
    };

    /// <summary>Drafts a mapping.</summary>
    /// <returns>The draft, or <see langword="null"/> if the file is none of ONS, or has nothing of the dataset.</returns>
    public static MappingDraft? TryDraft(SuggestedFile file, DatasetType? wanted)
    {
        if (file.Find("din_instante") is not { CanBeTime: true } time)
        {
            return null;
        }

        SuggestedColumn[] generation = [.. Values(file, "val_ger")];
        SuggestedColumn[] load = [.. Values(file, "val_carga")];
        SuggestedColumn[] flow = [.. Values(file, "val_intercambio")];
        bool hasLine = file.Find(Origin) is not null && file.Find(Destination) is not null;
        MappingDraft? draft =
            hasLine && flow.Length > 0 && (wanted ?? DatasetType.Transmission) == DatasetType.Transmission ? DraftLines(file, flow)
            : generation.Length > 0 && (wanted ?? DatasetType.Generation) == DatasetType.Generation ? DraftGeneration(file, generation)
            : load.Length > 0 && (wanted ?? DatasetType.Consumption) == DatasetType.Consumption ? DraftLoad(file, load)
            : null;
        if (draft is null)
        {
            return null;
        }

        draft.SetTime(time, "America/Sao_Paulo");
        if (time.IsUtc)
        {
            draft.Mapping = draft.Mapping with { Timestamp = draft.Mapping.Timestamp with { Zone = MappingDraft.Open } };
            draft.Questions.Add(
                "timestamp.zone: 'din_instante' says that it is in UTC, but ONS publishes times of Brasília; if they are those, set "
                + "America/Sao_Paulo and ignoreUtcFlag, else remove zone");
        }

        draft.Mapping = draft.Mapping with
        {
            Unit = MappingDraft.Constant("MW"),
            MeasurementType = MappingDraft.Constant("power"),
        };
        if (generation.Length > 0 && load.Length > 0 && wanted is null)
        {
            draft.Notes.Add($"the file also has '{load[0].Name}': --dataset consumption drafts a mapping for it");
        }

        return draft;
    }

    private static IEnumerable<SuggestedColumn> Values(SuggestedFile file, string prefix) =>
        file.Columns.Where(column => column.IsNumber && column.Name.StartsWith(prefix, StringComparison.Ordinal));

    private static MappingDraft DraftLines(SuggestedFile file, SuggestedColumn[] flow)
    {
        var draft = new MappingDraft(file, DatasetType.Transmission, "ons-intercambio");
        draft.SetValue(flow[0]);
        draft.Mapping = draft.Mapping with
        {
            Region = MappingDraft.Column(Origin),
            Subject = MappingDraft.Column(Origin, Destination),
        };
        draft.Notes.Add("a line is named by origin and destination; from 2026 both directions have lines of their own");
        Skip(draft, flow);
        return draft;
    }

    private static MappingDraft DraftGeneration(SuggestedFile file, SuggestedColumn[] columns)
    {
        bool arePlants = file.Find("nom_usina") is not null;
        var draft = new MappingDraft(file, DatasetType.Generation, arePlants ? "ons-geracao-usina" : "ons-balanco");
        SetRegion(file, draft);
        if (columns.Length > 1)
        {
            draft.SetUnpivot(
                "source", [.. columns.Select(c => (c, Sources.GetValueOrDefault(c.Name) ?? c.Name["val_ger".Length..].Trim('_')))]);
            draft.Mapping = draft.Mapping with { Subject = MappingDraft.Match("source") };
            return draft;
        }

        draft.SetValue(columns[0]);
        SuggestedColumn? fuel = file.FindAny("nom_tipocombustivel", "nom_tipousina");
        draft.Mapping = draft.Mapping with
        {
            Subject = arePlants || fuel is null ? MappingDraft.OpenField : MappingDraft.Column(fuel.Name),
        };
        if (arePlants)
        {
            draft.Questions.Add(
                "energySource: rows are plants, of which several share a region and a fuel; join columns such as "
                + "[\"nom_tipocombustivel\", \"nom_usina\"], or sum the plants before");
        }
        else if (fuel is null)
        {
            draft.Questions.Add("energySource: no column has the source; give a constant, key or fileName");
        }

        return draft;
    }

    private static MappingDraft DraftLoad(SuggestedFile file, SuggestedColumn[] columns)
    {
        var draft = new MappingDraft(
            file, DatasetType.Consumption, file.Find("val_gereolica") is null ? "ons-curva-carga" : "ons-balanco-load");
        SetRegion(file, draft);
        draft.SetValue(columns[0]);
        draft.Mapping = draft.Mapping with { Subject = MappingDraft.Constant("total") };
        Skip(draft, columns);
        return draft;
    }

    private static void SetRegion(SuggestedFile file, MappingDraft draft)
    {
        if (file.Find(Subsystem) is null)
        {
            draft.Mapping = draft.Mapping with { Region = MappingDraft.OpenField };
            draft.Questions.Add("region: no column looks like a region; give a constant, key or fileName");
            return;
        }

        draft.Mapping = draft.Mapping with { Region = MappingDraft.Column(Subsystem) };
        draft.Filter(Subsystem, isExcluding: true, "SIN");
    }

    private static void Skip(MappingDraft draft, SuggestedColumn[] columns)
    {
        if (columns.Length > 1)
        {
            draft.Notes.Add($"not read: {string.Join(", ", columns.Skip(1).Select(column => $"'{column.Name}'"))}");
        }
    }
}
