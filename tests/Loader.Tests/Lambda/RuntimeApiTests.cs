using Loader.Lambda.Runtime;
using Loader.LocalAws;
using Loader.LocalAws.Lambda;

namespace Loader.Tests.Lambda;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class RuntimeApiTests : IAsyncDisposable
{
    private readonly LocalAwsServer _server;
    private readonly RuntimeApi _api;

    public RuntimeApiTests()
    {
        _server = LocalAwsServer.StartAsync().GetAwaiter().GetResult();
        _api = new RuntimeApi(new LambdaEnvironment { RuntimeApi = _server.Lambda.RuntimeApi() }, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _server.DisposeAsync();
    }

    [Test]
    public async Task An_event_comes_with_what_Lambda_says_about_it()
    {
        DateTimeOffset deadline = DateTimeOffset.FromUnixTimeMilliseconds(TimeProvider.System.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds());
        Task<LambdaResult> result = _server.Lambda.InvokeAsync("{}", deadline);

        Invocation invocation = await _api.ReceiveAsync(CancellationToken.None);
        await _api.SendResponseAsync(invocation.Context.AwsRequestId, "1"u8.ToArray(), CancellationToken.None);

        Assert.That(invocation.Event.ToArray(), Is.EqualTo("{}"u8.ToArray()));
        Assert.That(invocation.Context.Deadline, Is.EqualTo(deadline));
        Assert.That(invocation.Context.TraceId, Does.StartWith("Root=1-"));
        Assert.That((await result).RequestId, Is.EqualTo(invocation.Context.AwsRequestId));
    }

    [TestCase(0, true)]
    [TestCase(1, false)]
    public async Task An_answer_that_is_too_large_is_an_error_before_it_is_sent(int above, bool isSuccess)
    {
        Task<LambdaResult> result = _server.Lambda.InvokeAsync("{}", LambdaProcess.Patience);
        Invocation invocation = await _api.ReceiveAsync(CancellationToken.None);

        await _api.SendResponseAsync(invocation.Context.AwsRequestId, new byte[RuntimeApi.MaxResponseBytes + above], CancellationToken.None);

        Assert.That((await result).IsSuccess, Is.EqualTo(isSuccess));
        Assert.That((await result).ErrorType, Is.EqualTo(isSuccess ? null : "Function.ResponseSizeTooLarge"));
    }

    [Test]
    public async Task An_error_names_its_type_in_the_header_and_in_the_body()
    {
        Task<LambdaResult> result = _server.Lambda.InvokeAsync("{}", LambdaProcess.Patience);
        Invocation invocation = await _api.ReceiveAsync(CancellationToken.None);

        await _api.SendErrorAsync(invocation.Context.AwsRequestId, new InvalidOperationException("größer"), CancellationToken.None);

        Assert.That((await result).ErrorType, Is.EqualTo("InvalidOperationException"));
        Assert.That((await result).Payload, Is.EqualTo("""{"errorType":"InvalidOperationException","errorMessage":"größer"}"""));
    }

    [Test]
    public void A_call_that_the_API_refuses_throws()
    {
        Assert.That(
            () => _api.SendResponseAsync("no-such-id", "1"u8.ToArray(), CancellationToken.None),
            Throws.TypeOf<RuntimeApiException>().With.Message.Contains("400"));
    }
}
