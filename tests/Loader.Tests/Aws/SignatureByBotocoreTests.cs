using System.Diagnostics;
using System.Text.RegularExpressions;
using Loader.Infrastructure.Aws.Signing;
using Loader.LocalAws;
using Loader.LocalAws.Http;

namespace Loader.Tests.Aws;

/// <summary>
/// The <c>aws</c> command sends requests to a local server. Our code signs the same requests and must compute the same signatures.
/// </summary>
public sealed partial class SignatureByBotocoreTests
{
    private const string Secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    [Test]
    public async Task Timestream_requests_get_the_same_signature_as_from_the_aws_command([Values] bool withToken)
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync(new LocalAwsOptions { KeepBodies = true });
        server.Timestream.CreateEnergyTables();

        // With the endpoint from the environment alone, the command would discover the cell, and it speaks only HTTPS to an address without scheme.
        await RunAws(
            server, withToken, "timestream-write", "--endpoint-url", server.Endpoint.GetLeftPart(UriPartial.Authority), "write-records", "--database-name", "energy", "--table-name", "generation", "--records",
            """[{"Dimensions":[{"Name":"region","Value":"São Paulo"}],"MeasureName":"value","MeasureValue":"100.5","MeasureValueType":"DOUBLE","Time":"1704067200000"}]""");

        RecordedRequest request = server.Requests.Of("timestream:WriteRecords")[0];
        Assert.That(SignatureOf(request, "timestream"), Is.EqualTo(request.Header("Authorization")));
    }

    [Test]
    public async Task CloudWatch_requests_get_the_same_signature_as_from_the_aws_command()
    {
        await using LocalAwsServer server = await LocalAwsServer.StartAsync(new LocalAwsOptions { KeepBodies = true });

        await RunAws(server, withToken: true, "cloudwatch", "put-metric-data", "--namespace", "ONS/Timestream", "--metric-name", "Rows", "--value", "1");

        RecordedRequest request = server.Requests.Of("cloudwatch:PutMetricData")[0];
        Assert.That(SignatureOf(request, "monitoring"), Is.EqualTo(request.Header("Authorization")));
    }

    /// <summary>Signs the received request with the headers that the command signed.</summary>
    private static string SignatureOf(RecordedRequest request, string service)
    {
        string[] names = SignedHeaders().Match(request.Header("Authorization")!).Groups["names"].Value.Split(';');
        SignedHeader[] headers = [.. names.Select(name => new SignedHeader(name, request.Header(name)!))];
        string time = request.Header("x-amz-date")!;
        using var key = new SigningKey("AKIDEXAMPLE", Secret, time[..8], "eu-west-1", service);
        return SigV4.Authorize(key, time, request.Method, request.Target, "", headers, request.Body.Span);
    }

    private static async Task RunAws(LocalAwsServer server, bool withToken, params string[] arguments)
    {
        var start = new ProcessStartInfo("aws") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("AWS_", StringComparison.Ordinal)).ToList())
        {
            start.Environment.Remove(name);
        }

        start.Environment["AWS_ENDPOINT_URL"] = server.Endpoint.GetLeftPart(UriPartial.Authority);
        start.Environment["AWS_ACCESS_KEY_ID"] = "AKIDEXAMPLE";
        start.Environment["AWS_SECRET_ACCESS_KEY"] = Secret;
        start.Environment["AWS_DEFAULT_REGION"] = "eu-west-1";
        start.Environment["AWS_EC2_METADATA_DISABLED"] = "true";
        start.Environment["AWS_CONFIG_FILE"] = "/dev/null";
        start.Environment["AWS_SHARED_CREDENTIALS_FILE"] = "/dev/null";
        start.Environment["AWS_MAX_ATTEMPTS"] = "1";
        if (withToken)
        {
            start.Environment["AWS_SESSION_TOKEN"] = "AQoDYXdzEPT//////////wEXAMPLE==";
        }

        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Ignore("The aws command is not installed.");
            return;
        }

        using (process)
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            string errors = await process.StandardError.ReadToEndAsync();
            await output;
            await process.WaitForExitAsync();
            Assert.That(process.ExitCode, Is.Zero, errors);
        }
    }

    [GeneratedRegex("SignedHeaders=(?<names>[^,]+),", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex SignedHeaders();
}
