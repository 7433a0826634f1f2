using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Infrastructure.Mapping;

namespace Loader.Cli.Commands;

/// <summary>The options that say where columns come from, and which rows are read.</summary>
internal sealed class MappingOptions
{
    /// <summary>Gets the option that names the mapping.</summary>
    public Option<string?> Location { get; } = new("--mapping")
    {
        Description = "JSON file that says where the columns of the dataset come from (default: MAPPING_LOCATION; see docs/mapping.md)",
        HelpName = "FILE|s3://",
    };

    private readonly Option<string[]> _columns = new("--column")
    {
        Description = "Take a field from another column, such as --column timestamp=din_instante; needs --dataset; can be repeated",
        HelpName = "FIELD=COLUMN",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<string[]> _constants = new("--constant")
    {
        Description = "Give a field the same text in all rows, such as --constant unit=MW; needs --dataset; can be repeated",
        HelpName = "FIELD=TEXT",
        Arity = ArgumentArity.OneOrMore,
    };

    private readonly Option<DateTimeOffset?> _from = Time("--from", "Leave out rows before this time");
    private readonly Option<DateTimeOffset?> _to = Time("--to", "Leave out rows at and after this time");

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="dataset">The command's option for the dataset.</param>
    /// <param name="hasRange">Whether the command reads a range of time.</param>
    public void AddTo(Command command, Option<DatasetType?> dataset, bool hasRange)
    {
        command.Options.Add(Location);
        command.Options.Add(_columns);
        command.Options.Add(_constants);
        if (hasRange)
        {
            command.Options.Add(_from);
            command.Options.Add(_to);
        }

        command.Validators.Add(result => Check(result, dataset));
    }

    /// <summary>Returns the location of the mapping, or <see langword="null"/> if none is named.</summary>
    public string? GetLocation(ParseResult result) => result.GetValue(Location);

    /// <summary>Returns the range of time to load.</summary>
    public TimeRange GetRange(ParseResult result) => new(result.GetValue(_from), result.GetValue(_to));

    /// <summary>Returns the mapping that the options describe, or <see langword="null"/> if they describe none.</summary>
    public SourceMappings? GetMappings(ParseResult result, DatasetType? dataset)
    {
        string[] columns = result.GetValue(_columns) ?? [];
        string[] constants = result.GetValue(_constants) ?? [];
        if (columns.Length + constants.Length == 0 || dataset is null)
        {
            return null;
        }

        var mapping = new SourceMapping { Name = "command line", Dataset = dataset };
        foreach ((string field, string column) in columns.Select(Split))
        {
            mapping = Set(mapping, field, new FieldSource { Columns = [column] }) ?? mapping;
        }

        foreach ((string field, string text) in constants.Select(Split))
        {
            mapping = Set(mapping, field, new FieldSource { Constant = text }) ?? mapping;
        }

        return new SourceMappings(mapping);
    }

    private static Option<DateTimeOffset?> Time(string name, string description) => new(name)
    {
        Description = $"{description}: ISO 8601, in UTC unless it has an offset, such as 2024-01-01 or 2024-01-01T03:00:00-03:00",
        HelpName = "TIME",
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (IsoTime.TryParse(Encoding.UTF8.GetBytes(text), out IsoTime time)
                && time.Seconds >= DateTimeOffset.MinValue.ToUnixTimeSeconds()
                && time.Seconds <= DateTimeOffset.MaxValue.ToUnixTimeSeconds())
            {
                return DateTimeOffset.FromUnixTimeSeconds(time.Seconds).AddTicks(time.Nanoseconds / 100);
            }

            result.AddError($"{name} is '{text}'; it must be a time such as 2024-01-01 or 2024-01-01T03:00:00-03:00.");
            return null;
        },
    };

    private void Check(CommandResult result, Option<DatasetType?> dataset)
    {
        bool hasOneOffs = result.GetResult(_columns) is { Implicit: false } || result.GetResult(_constants) is { Implicit: false };
        if (result.GetResult(Location) is { Implicit: false } location && location.Tokens.Count > 0)
        {
            if (location.Tokens[0].Value.Length == 0)
            {
                result.AddError("--mapping is empty; it must name a file or s3://bucket/key.");
            }

            if (hasOneOffs)
            {
                result.AddError("--column and --constant cannot be used with --mapping: add them to the mapping.");
            }
        }

        if (!hasOneOffs)
        {
            return;
        }

        if (result.GetResult(dataset) is not { Implicit: false } given || given.Errors.Any()
            || !DatasetType.TryParse(given.Tokens[0].Value, out DatasetType? known))
        {
            result.AddError("--column and --constant need --dataset.");
            return;
        }

        CheckPairs(result, _columns, known, isColumn: true);
        CheckPairs(result, _constants, known, isColumn: false);
        if (result.Errors.Any())
        {
            return;
        }

        try
        {
            GetMappings(result, known);
        }
        catch (ConfigurationException wrong)
        {
            result.AddError(wrong.Message);
        }
    }

    private SourceMappings? GetMappings(CommandResult result, DatasetType dataset)
    {
        var mapping = new SourceMapping { Name = "command line", Dataset = dataset };
        foreach ((Option<string[]> option, bool isColumn) in new[] { (_columns, true), (_constants, false) })
        {
            foreach (Token token in result.GetResult(option)?.Tokens ?? [])
            {
                (string field, string text) = Split(token.Value);
                FieldSource source = isColumn ? new FieldSource { Columns = [text] } : new FieldSource { Constant = text };
                mapping = Set(mapping, field, source) ?? mapping;
            }
        }

        return new SourceMappings(mapping);
    }

    private static void CheckPairs(CommandResult result, Option<string[]> option, DatasetType dataset, bool isColumn)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (Token token in result.GetResult(option)?.Tokens ?? [])
        {
            (string field, string text) = Split(token.Value);
            string fields = string.Join(", ", Fields(dataset, isColumn));
            if (text.Length == 0)
            {
                result.AddError($"{option.Name} is '{token.Value}'; it must be {option.HelpName}, where the field is one of {fields}.");
            }
            else if (!Fields(dataset, isColumn).Contains(field))
            {
                result.AddError($"{option.Name} names the field '{field}'; it must be one of {fields}.");
            }
            else if (!seen.Add(field))
            {
                result.AddError($"{option.Name} names the field '{field}' twice.");
            }
        }
    }

    private static IEnumerable<string> Fields(DatasetType dataset, bool isColumn) =>
    [
        .. isColumn ? [ColumnNames.Timestamp, ColumnNames.Value] : Array.Empty<string>(),
        ColumnNames.Region, ColumnNames.Unit, ColumnNames.MeasurementType, dataset.SubjectColumn, ColumnNames.QualityFlag,
    ];

    private static (string Field, string Text) Split(string pair)
    {
        int equals = pair.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (pair, "") : (pair[..equals], pair[(equals + 1)..]);
    }

    /// <returns>The mapping with the field, or <see langword="null"/> if there is no such field.</returns>
    private static SourceMapping? Set(SourceMapping mapping, string field, FieldSource source) => field switch
    {
        ColumnNames.Timestamp => mapping with { Timestamp = mapping.Timestamp with { Column = source.Columns[0] } },
        ColumnNames.Value => mapping with { Value = mapping.Value with { Column = source.Columns[0] } },
        ColumnNames.Region => mapping with { Region = source },
        ColumnNames.Unit => mapping with { Unit = source },
        ColumnNames.MeasurementType => mapping with { MeasurementType = source },
        ColumnNames.QualityFlag => mapping with { QualityFlag = source },
        _ when field == mapping.Dataset.SubjectColumn => mapping with { Subject = source },
        _ => null,
    };
}
