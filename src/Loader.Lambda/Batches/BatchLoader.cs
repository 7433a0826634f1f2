using System.Buffers;
using System.Globalization;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Lambda.Events;
using Loader.Lambda.Loading;
using Loader.Lambda.Responses;
using Loader.Lambda.Runtime;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda.Batches;

/// <summary>Loads the objects of a batch until the bytes or the time of a call are used up, and says what remains.</summary>
/// <remarks>
/// A failed object does not stop the others. A transient failure is tried again in a later call, up to a number of attempts. In a final
/// call, a failure throws after all objects were tried.
/// </remarks>
/// <param name="loader">Loads the objects of a call.</param>
/// <param name="logger">Logs objects that failed.</param>
internal sealed class BatchLoader(ObjectLoader loader, ILogger logger)
{
    /// <summary>The longest pause, as that of the retries of the state machine.</summary>
    private const int MaxPauseSeconds = 900;

    /// <summary>The characters of all causes in a response together.</summary>
    private const int MaxCauseChars = 40_000;

    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs one call.</summary>
    /// <param name="batch">The input.</param>
    /// <param name="context">The invocation.</param>
    /// <returns>The response.</returns>
    /// <exception cref="LoadException">The call is final and an object failed.</exception>
    public async Task<BatchResponse> RunAsync(BatchInput batch, LambdaContext context)
    {
        var call = new Call(batch, logger);
        if (!call.SetAsideCrashed())
        {
            BatchItem[] begun = call.Begin();
            IReadOnlyList<ObjectOutcome> outcomes = await loader
                .RunAsync(begun.Select(item => item.Request!), context.Deadline, context.StopRequested)
                .ConfigureAwait(false);
            foreach ((BatchItem item, ObjectOutcome outcome) in begun.Zip(outcomes))
            {
                call.Add(item, outcome);
            }
        }

        return call.Conclude();
    }

    /// <summary>What one call does with its items.</summary>
    private sealed class Call(BatchInput batch, ILogger logger)
    {
        private readonly List<BatchItem> _notBegun = [.. batch.Items];
        private readonly List<JsonElement> _cut = [];
        private readonly List<JsonElement> _retried = [];
        private readonly List<(BatchItem Item, string Error, string Cause)> _failed = [];
        private readonly List<(string Name, ExceptionDispatchInfo Failure)> _exceptions = [];
        private BatchTotals _totals = batch.Totals with { Rounds = batch.Totals.Rounds + 1 };
        private int _attempts;
        private bool _isThrottledForHours;

        /// <summary>Moves the first item to the failed ones if the process ended while it was loaded alone.</summary>
        public bool SetAsideCrashed()
        {
            if (batch.Crash is not { } crash || _notBegun.Count == 0)
            {
                return false;
            }

            string error = crash.StringOrNull("Error") ?? "Unknown";
            logger.ObjectSetAside(PlainText.Escape(_notBegun[0].Name), PlainText.Escape(error));
            _failed.Add((_notBegun[0], error, crash.StringOrNull("Cause") ?? ""));
            _notBegun.RemoveAt(0);
            return true;
        }

        /// <summary>Takes the items that this call begins. The first is taken whatever its size.</summary>
        public BatchItem[] Begin()
        {
            foreach (BatchItem invalid in _notBegun.Where(item => item.Fault is not null))
            {
                Fail(invalid, ExceptionDispatchInfo.Capture(invalid.Fault!));
            }

            _notBegun.RemoveAll(item => item.Fault is not null);
            long bytes = 0;
            int count = 0;

            // A final call takes every item: what it leaves would be tried once more than its failures.
            while (count < _notBegun.Count
                && (batch.IsFinal || count == 0
                    || (count < batch.MaxItemsPerCall && bytes + _notBegun[count].Size <= batch.BytesPerCall)))
            {
                bytes += _notBegun[count++].Size;
            }

            BatchItem[] begun = [.. _notBegun.Take(count)];
            _notBegun.RemoveRange(0, count);
            return begun;
        }

        public void Add(BatchItem item, ObjectOutcome outcome)
        {
            switch (outcome)
            {
                case { Report: { } report }:
                    _totals = _totals.Add(report) with { FilesLoaded = _totals.FilesLoaded + 1 };
                    break;
                case { SkipReason: { } reason }:
                    _totals = _totals.AddSkipped(reason.ToJsonName());
                    break;
                case { Failure.SourceException: IncompleteLoadException { Resume: { } token, Report: { } report } incomplete }:
                    _totals = _totals.Add(report);
                    _cut.Add(Write(item, keepsToken: false, json =>
                    {
                        json.WritePropertyName("resume"u8);
                        JsonSerializer.Serialize(json, ResumeData.From(token), ResponseJson.Default.ResumeData);
                    }));
                    _isThrottledForHours |= IsForHours(incomplete.InnerException);
                    break;
                case { Failure.SourceException: IncompleteLoadException }:
                    _cut.Add(item.Source);
                    break;
                case { Failure.SourceException: LoadException { IsTransient: true } transient }
                    when !batch.IsFinal && item.Attempts < batch.RetryAttempts:
                    Retry(item, transient);
                    break;
                default:
                    Fail(item, outcome.Failure!);
                    break;
            }
        }

        public BatchResponse Conclude()
        {
            List<JsonElement> remaining = [.. _cut, .. _notBegun.Select(item => item.Source), .. _retried];
            if (batch.IsFinal && _exceptions.Count > 0)
            {
                BatchTotals ended = _totals with { FilesFailed = _exceptions.Count };
                AggregateLoadFailure.Throw($"Batch: {Describe(ended, remaining.Count)}.", _exceptions);
            }

            List<JsonElement> failed = [.. batch.Failed, .. _failed.Select(WriteFailure)];
            BatchTotals totals = _totals with { FilesFailed = failed.Count };
            return new BatchResponse(
                remaining.Count == 0 ? 200 : 206,
                Describe(totals, remaining.Count),
                new BatchData(remaining, failed, remaining.Count == 0 ? 0 : Pause(), totals));
        }

        private void Retry(BatchItem item, LoadException transient)
        {
            logger.ObjectRetried(PlainText.Escape(item.Name), transient);
            int attempts = item.Attempts + 1;
            _attempts = Math.Max(_attempts, attempts);
            _isThrottledForHours |= IsForHours(transient);
            _retried.Add(Write(item, keepsToken: true, json => json.WriteNumber("attempts"u8, attempts)));
        }

        private void Fail(BatchItem item, ExceptionDispatchInfo failure)
        {
            Exception exception = failure.SourceException;
            logger.ObjectFailed(PlainText.Escape(item.Name), exception);
            _failed.Add((item, exception.GetType().Name, exception.Message));
            _exceptions.Add((item.Name, failure));
        }

        /// <summary>
        /// Returns the time before the next call: a second if nothing has to be waited for, otherwise between half of the delay and the
        /// whole, so that batches that were throttled together are not retried together.
        /// </summary>
        private int Pause()
        {
            if (_attempts == 0 && !_isThrottledForHours)
            {
                return 1;
            }

            double delay = _isThrottledForHours
                ? MaxPauseSeconds
                : Math.Min(batch.RetryIntervalSeconds * Math.Pow(2, _attempts - 1), MaxPauseSeconds);
            int whole = (int)Math.Ceiling(delay);
            return RandomNumberGenerator.GetInt32((whole + 1) / 2, whole + 1);
        }

        private JsonElement WriteFailure((BatchItem Item, string Error, string Cause) failure)
        {
            int chars = Math.Clamp(MaxCauseChars / (batch.Failed.Count + _failed.Count), 20, 400);
            string cause = failure.Cause.Length <= chars ? failure.Cause : $"{failure.Cause[..chars]}…";

            // A token of an object that was replaced would make every further attempt fail.
            return Write(failure.Item, keepsToken: failure.Error != nameof(SourceChangedException), json =>
            {
                json.WriteString("error"u8, failure.Error);
                json.WriteString("cause"u8, cause);
            });
        }

        private static bool IsForHours(Exception? exception) => exception is ThrottledException { LastsForHours: true };

        /// <summary>Writes an item again, with other members for what earlier calls added to it.</summary>
        private static JsonElement Write(BatchItem item, bool keepsToken, Action<Utf8JsonWriter> writeState)
        {
            var buffer = new ArrayBufferWriter<byte>(256);
            using (var json = new Utf8JsonWriter(buffer, Readable))
            {
                json.WriteStartObject();
                if (item.Source.ValueKind == JsonValueKind.Object)
                {
                    foreach (JsonProperty member in item.Source.EnumerateObject())
                    {
                        if (member.Name is not ("attempts" or "error" or "cause") && (keepsToken || member.Name != "resume"))
                        {
                            member.WriteTo(json);
                        }
                    }
                }

                writeState(json);
                json.WriteEndObject();
            }

            var reader = new Utf8JsonReader(buffer.WrittenSpan);
            return JsonElement.ParseValue(ref reader);
        }

        private static string Describe(BatchTotals totals, int remaining) => string.Create(
            CultureInfo.InvariantCulture,
            $"{totals.FilesLoaded} objects loaded, {totals.FilesSkipped} skipped, {totals.FilesFailed} failed, {remaining} remain; " +
            $"{totals.Read} rows read, {totals.Written} written");
    }
}
