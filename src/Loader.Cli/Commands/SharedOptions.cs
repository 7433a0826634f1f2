using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Loader.Cli.Loading;
using Loader.Domain;

namespace Loader.Cli.Commands;

/// <summary>Options that several commands have; each command makes its own.</summary>
internal static class SharedOptions
{
    public const string VerboseName = "--verbose";

    public const string JsonName = "--json";

    public static Argument<string[]> Sources() => new("source")
    {
        Description = "A Parquet file, a folder (all *.parquet below it), s3://bucket/key or s3://bucket/prefix/",
        Arity = ArgumentArity.OneOrMore,
        Validators = { RefuseEmpty, UnknownOptions.Refuse },
    };

    public static Argument<string> Source() => new("source")
    {
        Description = "A Parquet file, or s3://bucket/key",
        Validators = { RefuseEmpty, UnknownOptions.Refuse },
    };

    public static Option<DatasetType?> Dataset(string description) => new("--dataset")
    {
        Description = description,
        HelpName = string.Join('|', DatasetType.All.Select(dataset => dataset.Name)),
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (DatasetType.TryParse(text, out DatasetType? dataset))
            {
                return dataset;
            }

            result.AddError($"--dataset is '{text}'; allowed are {string.Join(", ", DatasetType.All.Select(known => known.Name))}.");
            return null;
        },
    };

    public static Option<bool> Json() => new(JsonName) { Description = "Print one JSON document on standard output, and nothing else there" };

    public static Option<bool> Verbose() => new(VerboseName)
    {
        Description = "Tell on standard error what happens inside",
        Recursive = true,
    };

    public static Option<decimal> PricePerMillionWrites() => new("--price-per-million-writes")
    {
        Description = "The price in USD of a million write units of 1 KiB, for the estimate of costs",
        HelpName = "USD",
        DefaultValueFactory = _ => RunSettings.DefaultPricePerMillionWrites,
        CustomParser = result =>
        {
            string text = result.Tokens[0].Value;
            if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal price) && price <= 1_000_000)
            {
                return price;
            }

            result.AddError($"--price-per-million-writes is '{text}'; allowed is a number from 0 to 1,000,000, such as 0.50.");
            return 0;
        },
    };

    private static void RefuseEmpty(ArgumentResult result)
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError("A source is empty. A source is a file, a folder, s3://bucket/key or s3://bucket/prefix/.");
        }
    }
}
