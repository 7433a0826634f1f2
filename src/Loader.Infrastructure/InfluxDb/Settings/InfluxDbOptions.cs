using System.Net;
using Loader.Domain;
using Loader.Infrastructure.Requests;

namespace Loader.Infrastructure.InfluxDb.Settings;

/// <summary>The settings of the InfluxDB sink. Required only if that sink is used.</summary>
public sealed class InfluxDbOptions : ServiceOptions
{
    /// <summary>The fault of a layout that the engine cannot keep.</summary>
    internal const string OverwriteNeedsEngine2 =
        "INFLUXDB_LAYOUT is overwrite, which needs engine 2: on engine 3 chance decides which content of a point is stored. Use versions.";

    /// <summary>Initializes a new instance of the <see cref="InfluxDbOptions"/> class.</summary>
    public InfluxDbOptions()
        : base(requestTimeout: TimeSpan.FromSeconds(30))
    {
        GenerationTableName = DatasetType.Generation.Name;
        ConsumptionTableName = DatasetType.Consumption.Name;
        TransmissionTableName = DatasetType.Transmission.Name;
    }

    /// <summary>
    /// Gets or sets the address of the server (<c>INFLUXDB_URL</c>), with the port: Timestream for InfluxDB states both.
    /// </summary>
    /// <value>Required. HTTPS, or HTTP if the host is a loopback address.</value>
    public string Url { get; set; } = "";

    /// <summary>Gets or sets the engine (<c>INFLUXDB_ENGINE</c>: <c>auto</c>, <c>2</c> or <c>3</c>).</summary>
    /// <value>Default: <see cref="InfluxDbEngine.Auto"/>.</value>
    public InfluxDbEngine Engine { get; set; }

    /// <summary>Gets or sets the name of the database on engine 3 (<c>INFLUXDB_DATABASE</c>). It must exist.</summary>
    public string Database { get; set; } = "";

    /// <summary>Gets or sets the name of the organization on engine 2 (<c>INFLUXDB_ORG</c>).</summary>
    public string Org { get; set; } = "";

    /// <summary>Gets or sets the name of the bucket on engine 2 (<c>INFLUXDB_BUCKET</c>). It must exist.</summary>
    public string Bucket { get; set; } = "";

    /// <summary>Gets or sets the token (<c>INFLUXDB_TOKEN</c>). It may read and write the bucket or database.</summary>
    /// <value>Either this or <see cref="TokenSecretArn"/> is required.</value>
    public string Token { get; set; } = "";

    /// <summary>
    /// Gets or sets the ARN of the secret that holds the token (<c>INFLUXDB_TOKEN_SECRET_ARN</c>): a JSON object with the member
    /// <c>token</c>, or the token alone. It is read at the start, and again when the server refuses the token.
    /// </summary>
    public string TokenSecretArn { get; set; } = "";

    /// <summary>
    /// Gets or sets the layout (<c>INFLUXDB_LAYOUT</c>: <c>versions</c>, <c>overwrite</c> or <c>plain</c>).
    /// </summary>
    /// <value>Default: <see cref="InfluxDbLayout.Versions"/>.</value>
    public InfluxDbLayout Layout { get; set; }

    /// <summary>Gets or sets the maximum number of lines in a request (<c>INFLUXDB_BATCH_LINES</c>).</summary>
    /// <value>
    /// From 1 to 50,000. Default: <see langword="null"/>, 5,000 on engine 2 and 10,000 on engine 3, as InfluxData advises. A request is
    /// also cut at 8 MiB, because engine 3 accepts at most 10 MiB.
    /// </value>
    public int? BatchLines { get; set; }

    /// <summary>Gets or sets whether requests are compressed (<c>INFLUXDB_GZIP</c>).</summary>
    /// <value>Default: <see langword="true"/>.</value>
    public bool Gzip { get; set; } = true;

    /// <inheritdoc cref="Application.LoadOptions.FindFaults"/>
    public IEnumerable<string> FindFaults()
    {
        if (FindUrlFault() is { } urlFault)
        {
            yield return urlFault;
        }

        bool hasBucket = Org.Length > 0 && Bucket.Length > 0;
        switch (Engine)
        {
            case InfluxDbEngine.Version2 when !hasBucket:
                yield return "INFLUXDB_ORG and INFLUXDB_BUCKET must be set for engine 2.";
                break;
            case InfluxDbEngine.Version3 when Database.Length == 0:
                yield return "INFLUXDB_DATABASE must be set for engine 3.";
                break;
            case InfluxDbEngine.Auto when !hasBucket && Database.Length == 0:
                yield return "INFLUXDB_DATABASE (engine 3) or INFLUXDB_ORG and INFLUXDB_BUCKET (engine 2) must be set.";
                break;
        }

        if (Database.Length > 0 && !IsDatabaseName(Database))
        {
            yield return $"INFLUXDB_DATABASE is '{Database}'; it must begin with a letter or digit and have at most 511 letters, digits, "
                + "'_' and '-'.";
        }

        if (Token.Length > 0 == TokenSecretArn.Length > 0)
        {
            yield return Token.Length > 0
                ? "INFLUXDB_TOKEN and INFLUXDB_TOKEN_SECRET_ARN are both set; set one of them."
                : "INFLUXDB_TOKEN or INFLUXDB_TOKEN_SECRET_ARN must be set.";
        }

        if (Token.AsSpan().ContainsAnyExceptInRange('!', '~'))
        {
            yield return "INFLUXDB_TOKEN contains a blank or a character that a header cannot hold.";
        }

        foreach (string fault in FindLineFaults().Concat(FindRequestFaults()))
        {
            yield return fault;
        }
    }

    /// <summary>Finds what the settings lack for an engine that the server has named.</summary>
    /// <param name="engine">The engine.</param>
    /// <param name="host">The server.</param>
    /// <returns>The fault, or <see langword="null"/>.</returns>
    internal string? FindFaultOn(InfluxDbEngine engine, string host) => engine switch
    {
        InfluxDbEngine.Version2 when Org.Length == 0 || Bucket.Length == 0 =>
            $"{host} has engine 2, so INFLUXDB_ORG and INFLUXDB_BUCKET must be set.",
        InfluxDbEngine.Version3 when Database.Length == 0 => $"{host} has engine 3, so INFLUXDB_DATABASE must be set.",
        InfluxDbEngine.Version3 when Layout == InfluxDbLayout.Overwrite => OverwriteNeedsEngine2,
        _ => null,
    };

    /// <summary>Finds what is wrong with the settings that decide the form of lines and requests, which need no server.</summary>
    internal IEnumerable<string> FindLineFaults()
    {
        if (Layout == InfluxDbLayout.Overwrite && Engine == InfluxDbEngine.Version3)
        {
            yield return OverwriteNeedsEngine2;
        }

        if (BatchLines is < 1 or > 50_000)
        {
            yield return FormattableString.Invariant(
                $"INFLUXDB_BATCH_LINES is {BatchLines}; it must be a whole number from 1 to 50000.");
        }

        foreach ((string variable, string name) in Tables)
        {
            if (!IsTableName(name))
            {
                yield return $"{variable} is '{name}'; it must begin with a letter or digit and have at most 256 letters, digits, '_', '.' "
                    + "and '-'.";
            }
        }

        if (Tables.Select(static table => table.Name).Distinct(StringComparer.Ordinal).Count() < Tables.Length)
        {
            yield return "GENERATION_TABLE_NAME, CONSUMPTION_TABLE_NAME and TRANSMISSION_TABLE_NAME must differ: points carry no dataset.";
        }
    }

    private string? FindUrlFault()
    {
        if (string.IsNullOrWhiteSpace(Url))
        {
            return "INFLUXDB_URL is not set; it must be the address of the server, such as https://host:8086.";
        }

        if (!Uri.TryCreate(Url, UriKind.Absolute, out Uri? url) || (url.Scheme != Uri.UriSchemeHttps && url.Scheme != Uri.UriSchemeHttp))
        {
            return "INFLUXDB_URL is not an address such as https://host:8086.";
        }

        if (url.UserInfo.Length > 0 || url.PathAndQuery != "/" || url.Fragment.Length > 0)
        {
            return "INFLUXDB_URL may contain scheme, host and port only; the token belongs in INFLUXDB_TOKEN.";
        }

        return url.Scheme == Uri.UriSchemeHttp && !IsLoopback(url)
            ? $"INFLUXDB_URL is '{Url}'; it must begin with https://, because the token would be sent in plain text. Only a loopback "
                + "address may have http://."
            : null;
    }

    /// <summary>
    /// Returns whether the host can only be this machine. <see cref="Uri.IsLoopback"/> alone does not answer that for every spelling.
    /// </summary>
    private static bool IsLoopback(Uri url) =>
        string.Equals(url.Host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(url.DnsSafeHost, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>Returns whether a name is allowed for a database of engine 3 (influxdb3_server/src/http.rs, validate_db_name).</summary>
    private static bool IsDatabaseName(string name) =>
        name.Length <= 511 && char.IsAsciiLetterOrDigit(name[0]) && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>
    /// Returns whether a name needs no escape in line protocol and in queries. A measurement that begins with <c>#</c> would be a comment,
    /// one that begins with <c>_</c> is reserved (InfluxDB documentation, naming restrictions).
    /// </summary>
    private static bool IsTableName(string name) =>
        name.Length is > 0 and <= 256 && char.IsAsciiLetterOrDigit(name[0])
        && name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.' or '-');
}
