using System.Text.Json;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Lambda.Batches;
using Loader.Lambda.Events;
using Loader.Lambda.Loading;
using Loader.Lambda.Responses;
using Loader.Lambda.Runtime;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda;

/// <summary>The two Lambda functions. <c>ANNOTATIONS_HANDLER</c> selects one by its method name.</summary>
public sealed class Functions
{
    private readonly ObjectLoader _loader;
    private readonly BatchLoader _batches;
    private readonly ILogger<Functions> _logger;

    internal Functions(ObjectLoader loader, ILogger<Functions> logger)
    {
        _loader = loader;
        _batches = new BatchLoader(loader, logger);
        _logger = logger;
    }

    /// <summary>Loads the objects named by an event of S3 that arrives directly or through EventBridge, CloudTrail, SNS or SQS.</summary>
    /// <param name="input">The event.</param>
    /// <param name="context">The invocation.</param>
    /// <returns>A <see cref="LoadResponse"/>; for a queue, an <see cref="SqsBatchResponse"/> that lists the failed messages.</returns>
    /// <exception cref="LoadException">The event is invalid, or an object failed. All objects were tried.</exception>
    public async Task<FunctionResponse> LoadFromS3Event(JsonElement input, LambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (SqsMessage.IsBatch(input))
        {
            return await LoadMessagesAsync(SqsMessage.ReadBatch(input), context).ConfigureAwait(false);
        }

        IReadOnlyList<ObjectOutcome> outcomes = await _loader
            .RunAsync(S3Event.Read(input), context.Deadline, context.StopRequested)
            .ConfigureAwait(false);
        AggregateLoadFailure.ThrowIfAny(outcomes);
        return LoadResponse.Completed(outcomes);
    }

    /// <summary>
    /// Loads the object named by a Step Functions task, from the start or from where an earlier call stopped, or the objects of a batch.
    /// </summary>
    /// <param name="input">The input of the task.</param>
    /// <param name="context">The invocation.</param>
    /// <returns>
    /// A <see cref="LoadResponse"/>, whose status code is 206 if the input is <c>resumable</c> and the load reached its deadline. For a
    /// batch, a <see cref="BatchResponse"/>, whose status code is 206 if objects remain.
    /// </returns>
    /// <exception cref="LoadException">The input is invalid, or the load failed, or an object of a final call for a batch.</exception>
    public async Task<FunctionResponse> LoadFromStepFunctions(JsonElement input, LambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (BatchInput.IsBatch(input))
        {
            return await _batches.RunAsync(BatchInput.Read(input), context).ConfigureAwait(false);
        }

        StepFunctionsInput task = StepFunctionsInput.Read(input);
        IReadOnlyList<ObjectOutcome> outcomes = await _loader
            .RunAsync([task.Request], context.Deadline, context.StopRequested)
            .ConfigureAwait(false);
        if (task.IsResumable
            && outcomes[0].Failure?.SourceException is IncompleteLoadException { Resume: { } token, Report: { } report } incomplete)
        {
            return LoadResponse.Incomplete(incomplete, report, token);
        }

        AggregateLoadFailure.ThrowIfAny(outcomes);
        return LoadResponse.Completed(outcomes);
    }

    private async Task<SqsBatchResponse> LoadMessagesAsync(IReadOnlyList<SqsMessage> messages, LambdaContext context)
    {
        IReadOnlyList<ObjectOutcome> outcomes = await _loader
            .RunAsync(messages.SelectMany(message => message.Objects), context.Deadline, context.StopRequested)
            .ConfigureAwait(false);
        var failures = outcomes.Where(outcome => outcome.Failure is not null)
            .ToDictionary(outcome => outcome.File, outcome => outcome.Failure!.SourceException);

        // A message succeeds only if all of its objects do.
        var failed = new List<BatchItemFailure>();
        foreach (SqsMessage message in messages)
        {
            Exception? failure = message.Failure
                ?? message.Objects
                    .Select(item => failures.GetValueOrDefault(item.File))
                    .FirstOrDefault(exception => exception is not null);
            if (failure is not null)
            {
                _logger.MessageFailed(PlainText.Escape(message.Id), failure);
                failed.Add(new BatchItemFailure(message.Id));
            }
        }

        return new SqsBatchResponse(failed);
    }
}
