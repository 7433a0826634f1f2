using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.Timestream;

/// <summary>The settings of the Timestream sink. Required only if that sink is used.</summary>
public sealed class TimestreamOptions : ServiceOptions
{
    /// <summary>Initializes a new instance of the <see cref="TimestreamOptions"/> class.</summary>
    public TimestreamOptions()
        : base(requestTimeout: TimeSpan.FromSeconds(20))
    {
    }

    /// <summary>Gets or sets the name of the database (<c>TIMESTREAM_DATABASE_NAME</c>).</summary>
    public string DatabaseName { get; set; } = "";

    /// <summary>Gets or sets the maximum number of records in a request (<c>MAX_BATCH_SIZE</c>).</summary>
    /// <value>From 1 to 100, the service's limit. Default: 100.</value>
    public int MaxBatchSize { get; set; } = 100;

    /// <inheritdoc cref="Application.LoadOptions.FindFaults"/>
    public IEnumerable<string> FindFaults()
    {
        foreach ((string variable, string? name) in Tables.Prepend(("TIMESTREAM_DATABASE_NAME", DatabaseName)))
        {
            if (string.IsNullOrWhiteSpace(name))
            {
                yield return $"{variable} is not set; it is required to write to Timestream.";
            }
            else if (!IsName(name))
            {
                yield return $"{variable} is '{name}'; it must be 3 to 256 letters, digits, '_', '.' or '-'.";
            }
        }

        if (MaxBatchSize == 1000)
        {
            yield return "MAX_BATCH_SIZE is 1000, the default of the previous loader. The service accepts at most 100 records in a "
                + "request, so it must be a whole number from 1 to 100.";
        }
        else if (MaxBatchSize is < 1 or > 100)
        {
            yield return FormattableString.Invariant(
                $"MAX_BATCH_SIZE is {MaxBatchSize}; it must be a whole number from 1 to 100, the service's limit.");
        }

        foreach (string fault in FindRequestFaults())
        {
            yield return fault;
        }
    }

    /// <summary>Returns whether a name of a database or table is allowed (Timestream API reference, CreateTable).</summary>
    private static bool IsName(string name) =>
        name.Length is >= 3 and <= 256 && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
}
