using System.CommandLine;
using System.Globalization;
using Loader.Benchmarks.EndToEnd;
using Loader.Benchmarks.Input;
using Loader.LocalAws;

namespace Loader.Benchmarks.ColdStart;

/// <summary>
/// The time from the start of the native function to its first response, beside a bare native function that makes the same calls. Both are started in turn.
/// </summary>
internal static class ColdStartCommand
{
    private const string Bucket = "data";

    /// <summary>The allowed ratio to the bare function.</summary>
    private const double RatioLimit = 1.5;

    /// <summary>The allowed time on a quiet machine, in ms.</summary>
    private const double TimeLimit = 100;

    /// <summary>The server compiles its code in these.</summary>
    private const int WarmUpRounds = 3;

    private static readonly Option<int> Rows = new("--rows") { Description = "Rows of the object. 2,976 is a month of one row an hour and region.", DefaultValueFactory = _ => 2_976 };
    private static readonly Option<int> NumberOfRounds = new("--rounds") { Description = "Starts of each binary. Medians of fewer vary by 3 ms.", DefaultValueFactory = _ => 60 };
    private static readonly Option<string?> Function = new("--function") { Description = "The function's published binary. Default: it is published." };
    private static readonly Option<string?> Bare = new("--bare") { Description = "The bare function's published binary. Default: it is published." };
    private static readonly Option<string?> Before = new("--before") { Description = "Another published binary of the function, for comparison." };

    private static readonly Option<string?> Only = new("--only") { Description = "http or https. Default: one after the other." };

    public static Command Create()
    {
        var command = new Command("cold-start", "Measures the first response of the native function beside a bare native function with the same calls.")
        {
            Rows, NumberOfRounds, Function, Bare, Before, Only,
        };
        command.SetAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
    {
        string bare = arguments.GetValue(Bare) ?? await NativeBinary.PublishAsync("tests/Loader.BareFunction", "bare-function", cancellationToken);
        string function = arguments.GetValue(Function) ?? await NativeBinary.PublishAsync("src/Loader.Lambda", "bootstrap", cancellationToken);
        var candidates = new List<Candidate> { new("bare function", Path.GetFullPath(bare)), new("function", Path.GetFullPath(function)) };
        if (arguments.GetValue(Before) is { } before)
        {
            candidates.Insert(1, new Candidate("function before", Path.GetFullPath(before)));
        }

        using var inputs = new InputFolder();
        string folder = Directory.CreateTempSubdirectory("loader-cold-start-").FullName;
        try
        {
            string path = inputs.FileOf(InputShape.Interleaved, arguments.GetValue(Rows));
            string key = $"dataset={InputShape.Interleaved.Dataset}/month.parquet";
            await using LocalAwsServer server = await LocalAwsServer.StartAsync(
                new LocalAwsOptions { KeepRequests = false, DiscardWrites = true }, cancellationToken);
            server.Timestream.CreateEnergyTables();
            server.S3.CreateBucket(Bucket).PutFile(key, path);
            string bodies = Path.Combine(folder, "bodies");
            await WriteBodiesAsync(bodies, path, cancellationToken);
            string certificate = Path.Combine(folder, "certificate.pem");
            await using var tls = new TlsFront(server.Endpoint, certificate);
            await AddSystemRootsAsync(certificate, cancellationToken);
            string input = $$"""{"bucket":"{{Bucket}}","key":"{{key}}"}""";
            foreach (string scheme in arguments.GetValue(Only) is { } only ? (string[])[only] : ["http", "https"])
            {
                var environment = new Dictionary<string, string>(server.Environment()) { ["BARE_BODIES"] = bodies, ["BARE_IN_FLIGHT"] = "16" };
                if (scheme == "https")
                {
                    environment["AWS_ENDPOINT_URL"] = tls.Address;
                    environment["SSL_CERT_FILE"] = certificate;

                    // As the Terraform module sets it: the folder would only give the same certificates again.
                    environment["SSL_CERT_DIR"] = "/dev/null";
                }

                candidates.ForEach(candidate => candidate.Starts.Clear());
                for (int round = -WarmUpRounds; round < arguments.GetValue(NumberOfRounds); round++)
                {
                    await MeasureRoundAsync(server, candidates, environment, input, isWarmUp: round < 0);
                    cancellationToken.ThrowIfCancellationRequested();
                }

                Print(scheme, candidates);
            }

            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Adds the certificates that the system trusts, because a function in Lambda reads those.</summary>
    private static async Task AddSystemRootsAsync(string certificates, CancellationToken cancellationToken)
    {
        // OpenSSL's default file on Amazon Linux and on Debian.
        if (new[] { "/etc/pki/tls/cert.pem", "/usr/lib/ssl/cert.pem" }.FirstOrDefault(File.Exists) is { } roots)
        {
            await File.AppendAllTextAsync(certificates, "\n" + await File.ReadAllTextAsync(roots, cancellationToken), cancellationToken);
        }
    }

    /// <summary>Writes the bodies of the requests that the function sends for a file, so that the bare function sends the same ones.</summary>
    private static async Task WriteBodiesAsync(string target, string path, CancellationToken cancellationToken)
    {
        Bodies bodies = await Bodies.CaptureAsync(path, cancellationToken);
        await using FileStream file = File.Create(target);
        foreach (byte[] body in bodies.All)
        {
            file.Write(BitConverter.GetBytes(body.Length));
            file.Write(body);
        }
    }

    private static async Task MeasureRoundAsync(
        LocalAwsServer server, IReadOnlyList<Candidate> candidates, Dictionary<string, string> environment, string input, bool isWarmUp)
    {
        IReadOnlyDictionary<string, long>? expected = null;
        foreach (Candidate candidate in candidates)
        {
            server.Requests.Clear();
            FunctionStart start = await FunctionStart.MeasureAsync(server, candidate.Path, environment, input);
            var calls = server.Requests.Counts.Where(call => !call.Key.StartsWith("lambda:", StringComparison.Ordinal)).ToDictionary();
            expected ??= calls;
            if (calls.Count != expected.Count || calls.Any(call => expected.GetValueOrDefault(call.Key) != call.Value))
            {
                throw new InvalidOperationException(
                    $"The {candidate.Name} made other calls than the {candidates[0].Name}: {string.Join(", ", calls)} instead of {string.Join(", ", expected)}.");
            }

            if (!isWarmUp)
            {
                candidate.Starts.Add(start);
            }
        }
    }

    private static void Print(string scheme, IReadOnlyList<Candidate> candidates)
    {
        Console.WriteLine($"first response over {scheme}, from the start of the process: median (best, worst) of {candidates[0].Starts.Count} starts, in turn");
        foreach (Candidate candidate in candidates)
        {
            double[] times = [.. candidate.Starts.Select(start => start.Milliseconds).Order()];
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {candidate.Name,-16} {candidate.MedianMilliseconds,6:0} ms ({times[0]:0}, {times[^1]:0}), {Median(candidate.Starts.Select(s => s.CpuMilliseconds)):0.0} ms of CPU, {candidate.Starts.Max(s => s.PeakBytes) / 1e6:0.0} MB"));
        }

        double median = candidates[^1].MedianMilliseconds;
        Say("ratio to the bare function", median / candidates[0].MedianMilliseconds, RatioLimit);
        Say("ms, where the machine is quiet", median, TimeLimit);

        void Say(string name, double value, double limit) => Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"  {name,-32} {value,7:0.00}   at most {limit:0.##}: {(value <= limit ? "met" : "missed")}"));
    }

    private static double Median(IEnumerable<double> figures)
    {
        double[] sorted = [.. figures.Order()];
        return sorted[sorted.Length / 2];
    }

    private sealed record Candidate(string Name, string Path)
    {
        public List<FunctionStart> Starts { get; } = [];

        public double MedianMilliseconds => Median(Starts.Select(start => start.Milliseconds));
    }
}
