using System.Globalization;
using System.Runtime.CompilerServices;

namespace Loader.Infrastructure.S3;

/// <summary>Reads a response body and gives up if too little of it arrives in a period.</summary>
internal sealed class PacedBody : IDisposable
{
    private readonly Stream _body;
    private readonly string _host;
    private readonly S3Limits _limits;
    private readonly CancellationToken _caller;
    private readonly CancellationTokenSource _window;
    private readonly CancellationTokenSource _either;
    private int _arrived;

    /// <summary>Initializes a new instance of the <see cref="PacedBody"/> class and starts the first period.</summary>
    /// <param name="body">The body, which the caller disposes.</param>
    /// <param name="host">The host that sends it, for messages.</param>
    /// <param name="limits">The limits.</param>
    /// <param name="time">Measures the periods.</param>
    /// <param name="cancellationToken">Cancels reading.</param>
    public PacedBody(Stream body, string host, S3Limits limits, TimeProvider time, CancellationToken cancellationToken)
    {
        _body = body;
        _host = host;
        _limits = limits;
        _caller = cancellationToken;
        _window = new CancellationTokenSource(limits.Window, time);
        _either = CancellationTokenSource.CreateLinkedTokenSource(_window.Token, cancellationToken);
    }

    /// <summary>Reads what has arrived.</summary>
    /// <param name="destination">The buffer.</param>
    /// <returns>The number of bytes; 0 at the end of the body.</returns>
    /// <exception cref="TimeoutException">Too little arrived in a period.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(Memory<byte> destination)
    {
        int count;
        try
        {
            count = await _body.ReadAsync(destination, _either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (_window.IsCancellationRequested && !_caller.IsCancellationRequested)
        {
            throw new TimeoutException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{_host} sent {_arrived} bytes of the response within {_limits.Window.TotalSeconds:0.###} s"),
                exception);
        }

        _arrived += count;
        if (_arrived >= _limits.MinBytes)
        {
            _arrived = 0;
            _window.CancelAfter(_limits.Window);
        }

        return count;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _either.Dispose();
        _window.Dispose();
    }
}
