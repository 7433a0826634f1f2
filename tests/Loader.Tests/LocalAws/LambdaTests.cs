using System.Net;
using System.Text;
using System.Text.Json;
using Loader.LocalAws;
using Loader.LocalAws.Lambda;
using Microsoft.Extensions.Time.Testing;

namespace Loader.Tests.LocalAws;

[TestFixture]
internal sealed class LambdaTests
{
    private static readonly HttpClient Client = new() { Timeout = Timeout.InfiniteTimeSpan };
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly DateTimeOffset Now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private FakeTimeProvider _time = null!;
    private LocalAwsServer _server = null!;

    [SetUp]
    public async Task StartAsync()
    {
        _time = new FakeTimeProvider(Now);
        _server = await LocalAwsServer.StartAsync(new() { TimeProvider = _time });
    }

    [TearDown]
    public async Task StopAsync() => await _server.DisposeAsync();

    [Test]
    public async Task An_event_reaches_the_runtime_with_its_deadline_and_the_answer_comes_back()
    {
        var result = _server.Lambda.InvokeAsync("""{"key":"a"}""", Minute);

        using var next = await NextAsync();
        var id = Header(next, "Lambda-Runtime-Aws-Request-Id");
        var status = await PostAsync($"invocation/{id}/response", """{"statusCode":200}""");

        Assert.Multiple(async () =>
        {
            Assert.That(await next.Content.ReadAsStringAsync(), Is.EqualTo("""{"key":"a"}"""));
            Assert.That(Header(next, "Lambda-Runtime-Deadline-Ms"), Is.EqualTo($"{Now.Add(Minute).ToUnixTimeMilliseconds()}"));
            Assert.That(Header(next, "Lambda-Runtime-Invoked-Function-Arn"), Is.EqualTo("arn:aws:lambda:eu-west-1:123456789012:function:loader"));
            Assert.That(Header(next, "Lambda-Runtime-Trace-Id"), Does.StartWith("Root=1-"));
            Assert.That(status, Is.EqualTo(HttpStatusCode.Accepted));
            Assert.That(await result, Is.EqualTo(new LambdaResult(LambdaOutcome.Success, id, """{"statusCode":200}""")));
        });
    }

    [Test]
    public async Task A_runtime_may_wait_before_there_is_an_event()
    {
        var next = NextAsync();
        await _server.Lambda.Function().WhenPolledAsync();

        var result = _server.Lambda.InvokeAsync("{}", Minute);
        using var response = await next;
        await PostAsync($"invocation/{Header(response, "Lambda-Runtime-Aws-Request-Id")}/response", "1");

        Assert.That((await result).Payload, Is.EqualTo("1"));
    }

    [Test]
    public async Task An_error_of_the_function_is_told_with_its_type()
    {
        var result = _server.Lambda.InvokeAsync("{}", Minute);
        using var next = await NextAsync();

        await PostAsync($"invocation/{Header(next, "Lambda-Runtime-Aws-Request-Id")}/error", """{"errorType":"SchemaException","errorMessage":"no"}""");

        Assert.That(await result, Has.Property("Outcome").EqualTo(LambdaOutcome.FunctionError).And.Property("ErrorType").EqualTo("SchemaException"));
    }

    [Test]
    public async Task An_init_error_fails_what_waits()
    {
        var result = _server.Lambda.InvokeAsync("{}", Minute);

        await PostAsync("init/error", """{"errorType":"ConfigurationException","errorMessage":"no table"}""");

        Assert.That(await result, Has.Property("Outcome").EqualTo(LambdaOutcome.RuntimeError).And.Property("ErrorType").EqualTo("ConfigurationException"));
        Assert.That(_server.Lambda.Function().InitErrors, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task At_the_deadline_the_call_ends_and_a_late_answer_is_refused()
    {
        var result = _server.Lambda.InvokeAsync("{}", Minute);
        using var next = await NextAsync();

        _time.Advance(Minute);
        var outcome = (await result).Outcome;
        var late = await PostAsync($"invocation/{Header(next, "Lambda-Runtime-Aws-Request-Id")}/response", "1");

        Assert.That((outcome, late), Is.EqualTo((LambdaOutcome.TimedOut, HttpStatusCode.BadRequest)));
    }

    [Test]
    public async Task A_process_that_ends_fails_what_it_had_taken()
    {
        var result = _server.Lambda.InvokeAsync("{}", Minute);
        using var next = await NextAsync();

        _server.Lambda.Function().ReportExit(134);

        Assert.That(await result, Has.Property("ErrorType").EqualTo("Runtime.ExitError").And.Property("Payload").Contains("exit status 134"));
    }

    [Test]
    public async Task An_answer_that_is_too_large_fails_the_call()
    {
        var result = _server.Lambda.InvokeAsync("{}", Minute);
        using var next = await NextAsync();

        var status = await PostAsync($"invocation/{Header(next, "Lambda-Runtime-Aws-Request-Id")}/response", new string('1', 6_291_557));

        Assert.That((status, (await result).ErrorType), Is.EqualTo((HttpStatusCode.RequestEntityTooLarge, "Function.ResponseSizeTooLarge")));
    }

    [TestCase("load")]
    [TestCase("load:live")]
    [TestCase("arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Aload%3A%24LATEST")]
    [TestCase("123456789012:function:load")]
    public async Task Invoke_hands_the_payload_to_the_runtime_of_the_named_function(string name)
    {
        _server.Lambda.Function("load");

        var call = InvokeAsync(name, """{"n":1}""");
        using var next = await Client.GetAsync($"http://{_server.Lambda.RuntimeApi("load")}/2018-06-01/runtime/invocation/next");
        await PostAsync($"invocation/{Header(next, "Lambda-Runtime-Aws-Request-Id")}/response", """{"n":2}""", _server.Lambda.RuntimeApi("load"));

        using var answer = await call;
        Assert.Multiple(async () =>
        {
            Assert.That(await next.Content.ReadAsStringAsync(), Is.EqualTo("""{"n":1}"""));
            Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("""{"n":2}"""));
            Assert.That(answer.Headers.Contains("X-Amz-Function-Error"), Is.False);
        });
    }

    [Test]
    public async Task Invoke_tells_an_error_of_the_function_in_header_and_body()
    {
        _server.Lambda.Function("load").Script(ScriptedResponse.Error("ThrottledException", "slow \"down\""));

        using var answer = await InvokeAsync("load", "{}");

        using var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Multiple(() =>
        {
            Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
            Assert.That(Header(answer, "X-Amz-Function-Error"), Is.EqualTo("Unhandled"));
            Assert.That(body.RootElement.GetProperty("errorType").GetString(), Is.EqualTo("ThrottledException"));
            Assert.That(body.RootElement.GetProperty("errorMessage").GetString(), Is.EqualTo("slow \"down\""));
        });
    }

    [Test]
    public async Task A_script_is_used_up_in_order_and_can_come_over_http()
    {
        using var script = new StringContent("""[{"status":429,"code":"TooManyRequestsException"},{"payload":{"ok":true}},{"pass":true}]""");
        using var accepted = await Client.PostAsync(new Uri(_server.Endpoint, "_local/lambda/load/_script"), script);

        using var throttled = await InvokeAsync("load", "{}");
        using var answered = await InvokeAsync("load", "{}");
        var passed = InvokeAsync("load", "{}");
        using var next = await Client.GetAsync($"http://{_server.Lambda.RuntimeApi("load")}/2018-06-01/runtime/invocation/next");
        await PostAsync($"invocation/{Header(next, "Lambda-Runtime-Aws-Request-Id")}/response", "7", _server.Lambda.RuntimeApi("load"));

        using var answer = await passed;
        Assert.Multiple(async () =>
        {
            Assert.That(throttled.StatusCode, Is.EqualTo(HttpStatusCode.TooManyRequests));
            Assert.That(Header(throttled, "x-amzn-ErrorType"), Is.EqualTo("TooManyRequestsException"));
            Assert.That(await answered.Content.ReadAsStringAsync(), Is.EqualTo("""{"ok":true}"""));
            Assert.That(await answer.Content.ReadAsStringAsync(), Is.EqualTo("7"));
        });
    }

    [Test]
    public async Task An_asynchronous_call_is_accepted_at_once()
    {
        _server.Lambda.Function("load");

        using var answer = await InvokeAsync("load", """{"n":1}""", "Event");
        using var next = await Client.GetAsync($"http://{_server.Lambda.RuntimeApi("load")}/2018-06-01/runtime/invocation/next");

        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Accepted));
        Assert.That(await next.Content.ReadAsStringAsync(), Is.EqualTo("""{"n":1}"""));
    }

    [TestCase("nowhere", "{}", HttpStatusCode.NotFound)]
    [TestCase("load", "{", HttpStatusCode.BadRequest)]
    public async Task Invoke_refuses_what_it_cannot_do(string name, string payload, HttpStatusCode status)
    {
        _server.Lambda.Function("load");

        using var answer = await InvokeAsync(name, payload);

        Assert.That(answer.StatusCode, Is.EqualTo(status));
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    private Task<HttpResponseMessage> NextAsync() => Client.GetAsync($"http://{_server.Lambda.RuntimeApi()}/2018-06-01/runtime/invocation/next");

    private async Task<HttpStatusCode> PostAsync(string path, string body, string? api = null)
    {
        using var content = new StringContent(body);
        using var response = await Client.PostAsync($"http://{api ?? _server.Lambda.RuntimeApi()}/2018-06-01/runtime/{path}", content);
        return response.StatusCode;
    }

    private async Task<HttpResponseMessage> InvokeAsync(string name, string payload, string type = "RequestResponse")
    {
        using var content = new StringContent(payload, Encoding.UTF8, "application/json");
        content.Headers.Add("X-Amz-Invocation-Type", type);
        return await Client.PostAsync(new Uri(_server.Endpoint, $"2015-03-31/functions/{name}/invocations"), content);
    }
}
