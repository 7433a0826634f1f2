using System.Text.RegularExpressions;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Mapping;

namespace Loader.Infrastructure.Parquet.Suggesting;

/// <summary>Drafts mappings for files of nobody that is known, from names that many use, types and values.</summary>
internal sealed class GenericSuggestion
{
    private const string RegionPattern = "^(?<region>[A-Z]{2}(_[A-Z0-9]+)?)$";

    /// <summary>Beginnings of words in names that hint at a dataset.</summary>
    private static readonly (DatasetType Dataset, string[] Hints)[] DatasetHints =
    [
        (DatasetType.Generation, ["generation", "geracao", "fuel", "energysource", "production", "psrtype", "photovoltai", "windonshore"]),
        (DatasetType.Consumption, ["load", "demand", "consum", "carga", "usage", "meter", "kwhhh", "activepower", "consumertype"]),
        (DatasetType.Transmission, ["flow", "interchange", "intercambio", "lineid", "transmission", "interconnector"]),
    ];

    private static readonly string[] RegionNames =
    [
        "region", "area", "areacode", "areamapcode", "zone", "biddingzone", "country", "countrycode", "subsystem", "subsistema",
        "idsubsistema", "state", "balancingauthority", "balancingauthoritycodeeia", "respondent", "libelleregion", "perimetre",
        "location", "settlementregion",
    ];

    private static readonly string[] SourceNames =
    [
        "energysource", "source", "fuel", "fueltype", "fuelsource", "technology", "energytype", "psrtype", "productiontype",
        "generationenergysource", "resource",
    ];

    private static readonly string[] ConsumerNames = ["consumertype", "consumer", "customertype", "sector", "class", "lclid", "meterid"];

    private static readonly string[] LineNames = ["lineid", "line", "linename", "circuit", "interconnector", "interconnectorid"];

    private static readonly string[] TypeNames = ["measurementtype", "metric", "quantitytype"];

    private static readonly string[] FlagNames = ["qualityflag", "quality", "qualitycode", "nature", "forecastactualindicator", "notes"];

    private static readonly string[] UnitColumns = ["unit", "units", "uom", "unitofmeasure"];

    private static readonly string[] ValueNames =
    [
        "value", "values", "val", "amount", "measurement", "quantity", "power", "energy", "mw", "mwh", "kwh", "load", "actualload",
        "demand", "totaldemand", "consumption", "consommation", "generation", "globalactivepower", "nd",
    ];

    /// <summary>Sources of energy in the names of columns, each with the beginnings of the words for it.</summary>
    private static readonly string[] Sources =
    [
        "solar", "wind", "hydro", "nuclear", "naturalgas", "gas", "coal", "lignite", "biomass", "biofuel", "bioenergies", "oil",
        "geothermal", "waste", "nucleaire", "eolien", "solaire", "hydraulique", "fioul", "charbon", "gaz", "photovoltaik", "batteries",
        "battery", "largehydro", "smallhydro", "thermal", "othergases", "other", "pompage", "pumpedstorage",
    ];

    /// <summary>Names of numbers that are no measurement.</summary>
    private static readonly Regex NoValue = new(
        "^(id|.*id|.*code|index|.*index.*|year|month|day|hour|hournumber|minute|.*period|lat|lon|latitude|longitude|.*price.*|rrp|cost|"
        + ".*flag|.*capacity|.*profile|.*forecast.*|version|.*revision.*|row|unnamed.*|voltage|.*intensity|temperature)$",
        MappingRegex.Options);

    private readonly SuggestedFile _file;
    private readonly MappingDraft _draft;
    private readonly DatasetType _dataset;
    private readonly HashSet<SuggestedColumn> _used = [];

    private GenericSuggestion(SuggestedFile file, DatasetType dataset)
    {
        _file = file;
        _dataset = dataset;
        string name = Path.GetFileNameWithoutExtension(file.Name).TrimEnd('-', '_', '.', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
        _draft = new MappingDraft(file, dataset, name.Length > 0 ? name : dataset.Name);
    }

    /// <summary>Drafts a mapping.</summary>
    /// <exception cref="ConfigurationException">Nothing says what the dataset is.</exception>
    public static MappingDraft Draft(SuggestedFile file, DatasetType? wanted)
    {
        var suggestion = new GenericSuggestion(file, wanted ?? GuessDataset(file));
        suggestion.SetTime();
        suggestion.SetFields();
        suggestion.SetValues();
        return suggestion._draft;
    }

    private static DatasetType GuessDataset(SuggestedFile file)
    {
        string[] names = [.. file.Columns.Select(column => column.Normal), Normalize(file.Name)];
        (DatasetType Dataset, int Count)[] counts =
        [
            .. DatasetHints.Select(entry => (
                entry.Dataset, names.Count(name => entry.Hints.Any(hint => name.Contains(hint, StringComparison.Ordinal))))),
        ];
        int most = counts.Max(entry => entry.Count);
        DatasetType[] best = [.. counts.Where(entry => entry.Count == most && most > 0).Select(entry => entry.Dataset)];
        if (best.Length == 1)
        {
            return best[0];
        }

        // Columns that are named like sources of energy are generation by source.
        return best.Length == 0 && file.Columns.Count(column => column.IsNumber && FindSource(column) is not null) > 1
            ? DatasetType.Generation
            : throw new ConfigurationException(PlainText.Escape(
                $"Nothing in {file.File} says what its dataset is. Name it with --dataset: "
                + $"{string.Join(", ", DatasetType.All.Select(dataset => dataset.Name))}."));
    }

    private static string Normalize(string name) => string.Concat(name.Where(char.IsLetterOrDigit)).ToLowerInvariant();

    private void SetTime()
    {
        if (TryDateAndPeriod() || TryDateAndTime())
        {
            return;
        }

        (SuggestedColumn Column, int Score)[] candidates =
        [
            .. _file.Columns.Where(column => column is { CanBeTime: true, Time: not { HasDate: false } })
                .Select(column => (column, Score(column))).OrderByDescending(pair => pair.Item2),
        ];
        if (candidates.Length == 0 || candidates[0].Score < 0)
        {
            LeaveTimeOpen("timestamp: no column holds times; name it");
            return;
        }

        SuggestedColumn[] best = [.. candidates.Where(pair => pair.Score == candidates[0].Score).Select(pair => pair.Column)];
        if (best.Length > 1)
        {
            LeaveTimeOpen($"timestamp.column: {Quote(best)} could hold the times; name one");
            return;
        }

        SuggestedColumn time = best[0];
        _used.Add(time);
        if (time is { Normal: "settlementdate", Time.HasTimeOfDay: true })
        {
            SetAemoTime(time);
            return;
        }

        bool isUtc = Contains(time, "utc") || Contains(time, "gmt");
        _draft.SetTime(time, isUtc ? "UTC" : null);
        if (time.Normal.EndsWith("end", StringComparison.Ordinal) || Contains(time, "endof") || Contains(time, "timeend"))
        {
            bool isHour = Contains(time, "endofhour");
            Set(timestamp => timestamp with { IsEnd = true, Step = isHour ? TimeSpan.FromHours(1) : null });
            if (!isHour)
            {
                _draft.Questions.Add($"timestamp.step: '{time.Name}' looks like the end of an interval; give its length, such as PT15M");
            }
        }
    }

    /// <summary>AEMO's times are the ends of intervals, in UTC+10 without daylight saving: half hours, and 5 minutes since 2021.</summary>
    private void SetAemoTime(SuggestedColumn time)
    {
        bool areHalfHours = time.Texts.All(text => text.Trim() is var trimmed
            && (trimmed.EndsWith(":00:00", StringComparison.Ordinal) || trimmed.EndsWith(":30:00", StringComparison.Ordinal)));
        _draft.SetTime(time, "+10:00");
        Set(timestamp => timestamp with { IsEnd = true, Step = TimeSpan.FromMinutes(areHalfHours ? 30 : 5) });
        _draft.Notes.Add($"'{time.Name}' is taken for times of AEMO: the ends of {(areHalfHours ? "half hours" : "5 minutes")}, in UTC+10");
    }

    /// <summary>A day and the number of the interval of it, as NESO and Elexon publish.</summary>
    private bool TryDateAndPeriod()
    {
        SuggestedColumn? period = _file.Columns.FirstOrDefault(column => column.Normal is "settlementperiod" && column.CanBeDimension);
        SuggestedColumn? date = _file.Columns.FirstOrDefault(column => column.Normal is "settlementdate" && column.CanBeTime);
        if (period is null || date is null || _file.Columns.Any(column => column is { Normal: "starttime", CanBeTime: true }))
        {
            return false;
        }

        _used.UnionWith([period, date]);
        Set(time => time with
        {
            Date = date.Name,
            Period = period.Name,
            Step = TimeSpan.FromMinutes(30),
            Zone = "Europe/London",
            Formats = _draft.FormatOf("timestamp.format", date),
        });
        _draft.Notes.Add($"'{period.Name}' is taken for the half hours of a day in Great Britain");
        return true;
    }

    /// <summary>A column of dates, and one of times of day.</summary>
    private bool TryDateAndTime()
    {
        SuggestedColumn? date = _file.Columns.FirstOrDefault(column => Contains(column, "dat")
            && column is { Time: { HasTimeOfDay: false, HasDate: true } });
        SuggestedColumn[] times = [.. _file.Columns.Where(column => column.Time is { HasDate: false })];
        bool hasBoth = _file.Columns.Any(column => column.IsTimeType || column.Time is { HasTimeOfDay: true, HasDate: true });
        if (date is null || times.Length == 0 || hasBoth)
        {
            return false;
        }

        SuggestedColumn time = Array.Find(times, column => !Contains(column, "end")) ?? times[0];
        _used.UnionWith([date, .. times]);
        Set(timestamp => timestamp with
        {
            Date = date.Name,
            Time = time.Name,
            Zone = MappingDraft.Open,
            Formats = _draft.FormatOf("timestamp.format", date),
            TimeFormats = _draft.FormatOf("timestamp.timeFormat", time),
        });
        _draft.Questions.Add(
            $"timestamp.zone: the times of '{date.Name}' and '{time.Name}' have no zone; "
            + "give an IANA name, an offset such as +10:00, or UTC");
        return true;
    }

    private void LeaveTimeOpen(string question)
    {
        Set(time => time with { Column = MappingDraft.Open });
        _draft.Questions.Add(question);
    }

    private void Set(Func<TimeSource, TimeSource> change) =>
        _draft.Mapping = _draft.Mapping with { Timestamp = change(_draft.Mapping.Timestamp) };

    private static int Score(SuggestedColumn column)
    {
        int score = column.IsTimeType ? 10 : 8;
        score += column.Normal switch
        {
            "timestamp" => 12,
            "indexlevel0" => 4,
            "utctimestamp" or "datetimeutc" or "intervalstart" or "starttime" or "periodstart" => 8,
            "time" or "datetime" or "date" or "ts" or "instant" or "period" => 4,
            "settlementdate" or "dateheure" or "startdate" or "datumvon" => 4,
            _ => 0,
        };
        score += Contains(column, "utc") || Contains(column, "gmt") ? 5 : 0;
        score += column.IsUtc || column.Time is { HasOffset: true } ? 2 : 0;
        score -= column.IsTimeType || column.Time is { HasTimeOfDay: true } ? 0 : 3;
        score -= column.Normal.Contains("end", StringComparison.Ordinal) || column.Normal == "datumbis" ? 2 : 0;
        string[] others = ["updat", "publish", "creat", "modif", "issue", "insert", "load", "ingest", "received"];
        return score - (others.Any(word => Contains(column, word)) ? 30 : 0);
    }

    private void SetFields()
    {
        _draft.Mapping = _draft.Mapping with
        {
            Region = Find(ColumnNames.Region, RegionNames) ?? MappingDraft.OpenField,
            Unit = Find(ColumnNames.Unit, UnitColumns),
            MeasurementType = Find(ColumnNames.MeasurementType, TypeNames),
            QualityFlag = Find(ColumnNames.QualityFlag, FlagNames),
            Subject = Find(_dataset.SubjectColumn, _dataset == DatasetType.Generation ? SourceNames
                : _dataset == DatasetType.Consumption ? ConsumerNames : LineNames),
        };
        if (_dataset == DatasetType.Consumption && _draft.Mapping.Subject is null)
        {
            _draft.Mapping = _draft.Mapping with { Subject = MappingDraft.Constant("total") };
        }
    }

    /// <summary>Finds a field: the column with the dataset's own name, one with a name that others use, or a segment of the key.</summary>
    private FieldSource? Find(string ownName, string[] names)
    {
        SuggestedColumn? column = names.Prepend(Normalize(ownName)).Distinct()
            .Select(name => _file.Columns.FirstOrDefault(
                c => c.Normal == name && c is { CanBeDimension: true, Number: null } && !_used.Contains(c)))
            .FirstOrDefault(found => found is not null);
        if (column is not null)
        {
            _used.Add(column);
            return MappingDraft.Column(column.Name) with { Text = new TextRule { Trim = column.IsText } };
        }

        return HiveKey.TryFind(_file.File.PartitionPath, ownName, out _) ? new FieldSource { Key = ownName } : null;
    }

    private void SetValues()
    {
        SuggestedColumn[] numbers =
        [
            .. _file.Columns.Where(column => column.IsNumber && !_used.Contains(column) && column.Normal.Length > 0
                && (!NoValue.IsMatch(column.Normal) || UnitNames.Find(column.Name) is not null)),
        ];
        SuggestedColumn[] regions = [.. numbers.Where(column => MappingRegex.TryCreate(RegionPattern, out _)!.IsMatch(column.Name))];
        SuggestedColumn? byName = ValueNames
            .Select(name => Array.Find(numbers, column => column.Normal == name)).FirstOrDefault(column => column is not null);
        SuggestedColumn[] withUnit = [.. numbers.Where(column => UnitNames.Find(column.Name) is not null)];
        (SuggestedColumn Column, string Text)[] sources =
        [
            .. numbers.Select(column => (Column: column, Text: FindSource(column))).Where(pair => pair.Text is not null)
                .Select(pair => (pair.Column, pair.Text!)).DistinctBy(pair => pair.Item2),
        ];
        SuggestedColumn[] chosen;
        if (_dataset == DatasetType.Generation && _draft.Mapping.Subject is null && sources.Length > 0)
        {
            _draft.SetUnpivot("source", sources);
            _draft.Mapping = _draft.Mapping with { Subject = MappingDraft.Match("source") };
            chosen = [.. sources.Select(pair => pair.Column)];
        }
        else if (regions.Length > 1 && regions.Length == numbers.Length)
        {
            _draft.SetUnpivot(new UnpivotSource { Pattern = RegionPattern }, regions);
            _draft.Mapping = _draft.Mapping with { Region = MappingDraft.Match("region") };
            chosen = regions;
        }
        else if ((byName ?? (numbers.Length == 1 ? numbers[0] : withUnit.Length == 1 ? withUnit[0] : null)) is { } value)
        {
            _draft.SetValue(value);
            chosen = [value];
        }
        else
        {
            _draft.Mapping = _draft.Mapping with { Value = new ValueSource { Column = MappingDraft.Open } };
            _draft.Questions.Add(numbers.Length == 0
                ? "value.column: no column holds numbers that look like measurements; name it"
                : $"value.column: {Quote(numbers)} could hold the values; name one, or make rows of several with unpivot");
            chosen = [];
        }

        SuggestedColumn[] left = [.. numbers.Except(chosen)];
        if (chosen.Length > 0 && left.Length > 0)
        {
            _draft.Notes.Add($"not read: {Quote(left)}");
        }

        SuggestedColumn[] codes =
        [
            .. _file.Columns.Where(column => column is { Texts.Count: > 1, Time: null, Number: null } && !_used.Contains(column)),
        ];
        if (codes.Length > 0)
        {
            _draft.Notes.Add($"not read, although its texts differ: {Quote(codes)}; if they tell series apart, map or filter them");
        }

        SetUnit(chosen);
        AskForRest();
    }

    private void SetUnit(SuggestedColumn[] values)
    {
        string?[] units = [.. values.Select(column => UnitNames.Find(column.Name)).Distinct()];
        string? unit = units.Length == 1 ? units[0] : null;
        if (_draft.Mapping.Unit is null)
        {
            _draft.Mapping = _draft.Mapping with { Unit = unit is null ? MappingDraft.OpenField : MappingDraft.Constant(unit) };
            if (unit is null)
            {
                _draft.Questions.Add("unit: neither a column nor the name of the values says it; give a constant such as MW");
            }
        }

        if (_draft.Mapping.MeasurementType is null)
        {
            _draft.Mapping = _draft.Mapping with
            {
                MeasurementType = unit is null ? MappingDraft.OpenField : MappingDraft.Constant(UnitNames.TypeOf(unit)),
            };
            if (unit is null)
            {
                _draft.Questions.Add("measurementType: no column says it; give a constant such as power or energy");
            }
        }
    }

    private void AskForRest()
    {
        if (_draft.Mapping.Region is { Columns: [], Key: null, Match: null })
        {
            _draft.Questions.Add("region: no column looks like a region; give a constant, key or fileName");
        }

        if (_draft.Mapping.Subject is null)
        {
            string field = MappingReader.SubjectOf(_dataset);
            _draft.Mapping = _draft.Mapping with { Subject = MappingDraft.OpenField };
            _draft.Questions.Add(_dataset == DatasetType.Generation
                ? $"{field}: no column looks like a source of energy; give a constant, key or fileName"
                : $"{field}: no column looks like the name of a line; give a constant, columns that are joined, key or fileName");
        }
    }

    /// <summary>Returns the source of energy that a column is named after: its name without unit and other words.</summary>
    private static string? FindSource(SuggestedColumn column)
    {
        string name = Regex.Replace(column.Name, @"[\[(].*$", "", MappingRegex.Options);
        name = Regex.Replace(name, "(?i)(_| |-)(mwh|mw|kwh|kw|generation|actual|output|mean)$", "", MappingRegex.Options).Trim();
        string normal = Normalize(name);
        bool isSource = Sources.Any(source => normal.StartsWith(source, StringComparison.Ordinal) && normal.Length <= source.Length + 9);
        return isSource && !normal.Contains("load", StringComparison.Ordinal) && !name.Contains('+', StringComparison.Ordinal)
                ? string.Join('_', name.ToLowerInvariant().Split([' ', '-', '/', '_'], StringSplitOptions.RemoveEmptyEntries))
                : null;
    }

    private static bool Contains(SuggestedColumn column, string word) => column.Normal.Contains(word, StringComparison.Ordinal);

    private static string Quote(SuggestedColumn[] columns)
    {
        const int Shown = 10;
        return string.Join(", ", columns.Take(Shown).Select(column => $"'{column.Name}'"))
            + (columns.Length > Shown ? $" and {columns.Length - Shown} more" : "");
    }
}
