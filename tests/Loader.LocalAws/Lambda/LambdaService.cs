using Loader.LocalAws.Http;

namespace Loader.LocalAws.Lambda;

internal sealed class LambdaService(LambdaState state, LocalAwsOptions options)
{
    private readonly InvokeApi _invoke = new(state, options);

    public ValueTask<Reply> HandleAsync(ServiceCall call, CancellationToken cancellationToken)
    {
        var (operation, function, rest) = LambdaPath.Parse(call.Target) ?? throw new InvalidOperationException($"{call.Target} is not a Lambda path.");
        return operation is "lambda:Invoke"
            ? _invoke.HandleAsync(call, function!, cancellationToken)
            : new RuntimeApi(state.Function(function)).HandleAsync(call, rest, cancellationToken);
    }
}
