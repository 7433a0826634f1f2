using System.Diagnostics;
using System.Globalization;
using Loader.LocalAws;
using Loader.LocalAws.Timestream;
using Loader.Tests.Support;

namespace Loader.Tests.Packaging;

/// <summary>
/// A host outside the repository that uses the packages beside clients of other services of AWS, published as trimmed and as native code, loads
/// real files into memory, DuckDB and LocalAws, and exports spans and measurements.
/// </summary>
/// <param name="form">How the host is published.</param>
[Category("Packaging")]
[Parallelizable(ParallelScope.Self)]
[TestFixture("trimmed")]
[TestFixture("native")]
public sealed class ConsumerTests(string form)
{
    private const long Rows = 70_080;
    private const long Written = 70_077;
    private const int Destinations = 3;

    private readonly string _folder = Directory.CreateTempSubdirectory("loader-consumer-").FullName;
    private string _warnings = "";
    private string[] _lines = [];
    private string[] _files = [];
    private long _stored;

    [OneTimeSetUp]
    public async Task PublishAndRunAsync()
    {
        _files = [.. Directory.EnumerateFiles(OnsFolder.PathOrIgnore(), "*.parquet", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        if (form == "native" && !IsInstalled("gcc") && !IsInstalled("clang"))
        {
            Assert.Ignore("No linker is installed.");
        }

        PackedLibraries packages = await PackedLibraries.GetAsync();
        foreach (string file in (string[])["Program.cs", "Consumer.csproj"])
        {
            File.Copy(Path.Combine(Repository.Root, "tests", "Consumer", file), Path.Combine(_folder, file));
        }

        await packages.ConfigureAsync(_folder, feeds: "");
        (int restored, string restoring) = await DotnetCommand.TryRunAsync(_folder, [], ["restore", .. Properties(packages.Version)]);
        if (restored != 0)
        {
            Assert.That(restoring, Does.Not.Contain("NU1107").And.Not.Contains("NU1605").And.Not.Contains("EnergyLoader"), "Our packages are the cause.");
            Assert.Ignore($"The packages of the host cannot be restored here: {restoring}");
        }

        _warnings = await DotnetCommand.RunAsync(_folder, [], ["publish", "--no-restore", "--output", "out", .. Properties(packages.Version)]);
        await using LocalAwsServer server = await LocalAwsServer.StartAsync();
        server.Timestream.CreateEnergyTables();
        _lines = await RunAsync(server);
        _stored = server.Timestream.Table(EnergyTables.Database, EnergyTables.Consumption).Count;
    }

    [OneTimeTearDown]
    public void Delete() => Directory.Delete(_folder, recursive: true);

    [TestCase("memory")]
    [TestCase("duckdb")]
    [TestCase("timestream")]
    public void Every_destination_has_all_rows(string destination) =>
        Assert.That(_lines, Has.Member($"load {destination} read {Rows} written {Written}"));

    [Test]
    public void Timestream_stores_all_records() => Assert.That(_stored, Is.EqualTo(Written));

    [Test]
    public void Clients_of_other_services_are_there() => Assert.That(_lines, Has.Member("clients 2012-08-10 2012-11-05"));

    [Test]
    public void Each_file_is_a_span_in_each_load() => Assert.That(Exported("span load"), Is.EqualTo(_files.Length * Destinations));

    [Test]
    public void Each_file_has_a_span_of_its_row_group() => Assert.That(Exported("span row_group"), Is.EqualTo(_files.Length * Destinations));

    [Test]
    public void Each_write_request_is_a_span() =>
        Assert.That(Exported("span Timestream.WriteRecords"), Is.GreaterThanOrEqualTo(Written / 100));

    [Test]
    public void Rows_are_counted_in_each_load() => Assert.That(Exported("metric loader.rows"), Is.EqualTo(Rows * Destinations));

    [Test]
    public void Durations_of_loads_are_measured() => Assert.That(Exported("metric loader.load.duration"), Is.EqualTo(_files.Length * Destinations));

    [Test]
    public void Durations_of_requests_are_measured() =>
        Assert.That(Exported("metric loader.request.duration"), Is.GreaterThanOrEqualTo(Exported("span Timestream.WriteRecords")));

    /// <summary>DuckDB.NET and Parquet.Net are not annotated for trimming, so the compiler warns of them.</summary>
    [Test]
    public void No_warning_is_about_our_assemblies() =>
        Assert.That(_warnings.Split('\n').Where(line => line.Contains("warning IL", StringComparison.Ordinal)), Has.None.Contains("Loader."));

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));

    private string[] Properties(string version) => form == "native"
        ? ["--use-current-runtime", $"-p:LoaderVersion={version}", "-p:PublishAot=true", "-p:StripSymbols=true"]
        : ["--use-current-runtime", $"-p:LoaderVersion={version}"];

    private async Task<string[]> RunAsync(LocalAwsServer server)
    {
        var start = new ProcessStartInfo(Path.Combine(_folder, "out", "Consumer"), _files)
        {
            WorkingDirectory = _folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
        };
        start.Environment.Clear();
        foreach ((string name, string value) in server.Environment())
        {
            start.Environment[name] = value;
        }

        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.That(process.ExitCode, Is.Zero, output);
        return output.Split('\n');
    }

    /// <summary>Returns the number at the end of the line that begins with a name.</summary>
    private long Exported(string name)
    {
        string line = _lines.Single(line => line.StartsWith($"{name} ", StringComparison.Ordinal));
        return long.Parse(line[(name.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
