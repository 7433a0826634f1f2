using System.Text.RegularExpressions;
using Loader.Domain;
using Loader.Infrastructure.Mapping;

namespace Loader.Infrastructure.Parquet.Suggesting;

/// <summary>Drafts mappings for files of the ENTSO-E Transparency Platform, and for saved frames of entsoe-py.</summary>
internal static class EntsoeSuggestion
{
    /// <summary>The index of a pandas frame, which has no name.</summary>
    private const string PandasIndex = "__index_level_0__";

    private const string FramePattern = @"^\('(?<type>[^']+)', 'Actual (?<kind>Aggregated|Consumption)'\)$";

    /// <summary>The same area comes with several types; one of them is read, or its rows double.</summary>
    private static readonly string[] BiddingZones = ["BZN", "BZN/CTA", "BZN/CTY", "BZN/CTA/CTY"];

    private static readonly Regex FrameColumn = new(FramePattern, MappingRegex.Options);

    private static readonly Regex AreaInName =
        new("^(?<prefix>.*?(^|_))(?<value>[A-Z]{2}(_[A-Z0-9]+)?)_(?<digit>[0-9])", MappingRegex.Options);

    /// <summary>Drafts a mapping.</summary>
    /// <returns>The draft, or <see langword="null"/> if the file is no such file, or has nothing of the dataset.</returns>
    public static MappingDraft? TryDraft(SuggestedFile file, DatasetType? wanted) => TryTable(file, wanted) ?? TryFrame(file, wanted);

    private static MappingDraft? TryTable(SuggestedFile file, DatasetType? wanted)
    {
        SuggestedColumn? time = file.FindAny("DateTime(UTC)", "DateTime");
        bool isFlow = file.FindAny("OutAreaMapCode", "OutMapCode") is not null;
        SuggestedColumn? area = file.FindAny("AreaMapCode", "MapCode", "OutAreaMapCode", "OutMapCode");
        SuggestedColumn[] values = [.. file.Columns.Where(column => column.IsNumber
            && (UnitNames.Find(column.Name) is not null || column.Name is "TotalLoadValue" or "FlowValue" or "ActualGenerationOutput"
                or "ActualConsumption"))];
        if (time is not { CanBeTime: true } || area is null || values.Length == 0)
        {
            return null;
        }

        SuggestedColumn? type = file.Find("ProductionType");
        DatasetType dataset = isFlow ? DatasetType.Transmission : type is not null ? DatasetType.Generation : DatasetType.Consumption;
        if (wanted is not null && wanted != dataset)
        {
            return null;
        }

        var draft = new MappingDraft(
            file, dataset, isFlow ? "entsoe-flows" : type is not null ? "entsoe-generation" : "entsoe-load");
        draft.SetTime(time, "UTC");
        draft.Mapping = draft.Mapping with
        {
            Unit = MappingDraft.Constant(UnitNames.Find(values[0].Name) ?? "MW"),
            MeasurementType = MappingDraft.Constant("power"),
            Region = MappingDraft.Column(area.Name),
        };
        if (isFlow)
        {
            draft.SetValue(values[0]);
            SetLine(file, draft, area);
            return draft;
        }

        KeepBiddingZones(file, draft, "AreaTypeCode");
        if (type is null)
        {
            draft.SetValue(values[0]);
            draft.Mapping = draft.Mapping with { Subject = MappingDraft.Constant("total") };
            return draft;
        }

        draft.Mapping = draft.Mapping with { Subject = MappingDraft.Column(type.Name) };
        if (values.Length == 1)
        {
            draft.SetValue(values[0]);
            return draft;
        }

        draft.SetUnpivot("kind", [.. values.Select(column => (
            column, column.Name.Contains("Consumption", StringComparison.OrdinalIgnoreCase) ? "consumption" : "generation"))]);
        draft.Mapping = draft.Mapping with { MeasurementType = MappingDraft.Match("kind") };
        return draft;
    }

    private static void SetLine(SuggestedFile file, MappingDraft draft, SuggestedColumn from)
    {
        SuggestedColumn? to = file.FindAny("InAreaMapCode", "InMapCode");
        draft.Mapping = draft.Mapping with
        {
            Subject = to is null ? MappingDraft.OpenField : MappingDraft.Column(from.Name, to.Name),
        };
        if (to is null)
        {
            draft.Questions.Add("lineId: no column has the area that the flow goes to; give a constant, key or fileName");
        }

        KeepBiddingZones(file, draft, "OutAreaTypeCode");
        KeepBiddingZones(file, draft, "InAreaTypeCode");
    }

    private static void KeepBiddingZones(SuggestedFile file, MappingDraft draft, string column)
    {
        if (file.Find(column) is not { } types)
        {
            return;
        }

        draft.Filter(column, isExcluding: false, BiddingZones);
        if (types.Texts.Count > 0 && !types.Texts.Select(text => text.Trim()).Intersect(BiddingZones).Any())
        {
            draft.Questions.Add($"where: '{column}' has no bidding zone in the first row group; name the types of area that are read");
        }
    }

    private static MappingDraft? TryFrame(SuggestedFile file, DatasetType? wanted)
    {
        if (file.Find(PandasIndex) is not { CanBeTime: true } time)
        {
            return null;
        }

        SuggestedColumn[] types = [.. file.Columns.Where(column => column.IsNumber && FrameColumn.IsMatch(column.Name))];
        MappingDraft draft;
        if (types.Length > 0 && (wanted ?? DatasetType.Generation) == DatasetType.Generation)
        {
            draft = new MappingDraft(file, DatasetType.Generation, "entsoe-py-generation");
            draft.SetUnpivot(new UnpivotSource { Pattern = FramePattern }, types);
            draft.Mapping = draft.Mapping with
            {
                Subject = MappingDraft.Match("type"),
                MeasurementType = MappingDraft.Match("kind") with
                {
                    Text = new TextRule
                    {
                        Map = new Dictionary<string, string> { ["Aggregated"] = "generation", ["Consumption"] = "consumption" },
                    },
                },
            };
        }
        else if (file.Find("Actual Load") is { IsNumber: true } load && (wanted ?? DatasetType.Consumption) == DatasetType.Consumption)
        {
            draft = new MappingDraft(file, DatasetType.Consumption, "entsoe-py-load");
            draft.SetValue(load);
            draft.Mapping = draft.Mapping with
            {
                Subject = MappingDraft.Constant("total"),
                MeasurementType = MappingDraft.Constant("power"),
            };
        }
        else
        {
            return null;
        }

        draft.SetTime(time, zone: null);
        draft.Mapping = draft.Mapping with { Unit = MappingDraft.Constant("MW"), Region = FindArea(file.Name) ?? MappingDraft.OpenField };
        draft.Questions.AddRange(draft.Mapping.Region.FileName is not null
            ? []
            : ["region: nothing in the file says the area; give a constant, key or fileName"]);
        return draft;
    }

    /// <summary>Takes the area from the name of the file, such as <c>load_DE_LU_2024.parquet</c>.</summary>
    private static FieldSource? FindArea(string name)
    {
        Match match = name.Length <= 200 ? AreaInName.Match(name) : Match.Empty;
        return match.Success
            ? new FieldSource { FileName = $"^{Regex.Escape(match.Groups["prefix"].Value)}(?<value>[A-Z]{{2}}(_[A-Z0-9]+)?)_[0-9]" }
            : null;
    }
}
