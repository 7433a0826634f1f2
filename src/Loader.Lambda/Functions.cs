using System.Text.Json;
using Loader.Application.Results;
using Loader.Domain;
using Loader.Lambda.Answers;
using Loader.Lambda.Events;
using Loader.Lambda.Loading;
using Microsoft.Extensions.Logging;

namespace Loader.Lambda;

/// <summary>The two Lambda functions. The names of the methods are what <c>ANNOTATIONS_HANDLER</c> says.</summary>
public sealed class Functions
{
    private readonly ObjectLoads _loads;
    private readonly ILogger<Functions> _logger;

    internal Functions(ObjectLoads loads, ILogger<Functions> logger)
    {
        _loads = loads;
        _logger = logger;
    }

    /// <summary>Loads the objects that S3 tells of: directly, through EventBridge, or either of them through a queue.</summary>
    /// <param name="input">The event.</param>
    /// <param name="context">The invocation.</param>
    /// <returns>A <see cref="LoadAnswer"/>; to a queue the <see cref="SqsAnswer"/>, which names the messages that failed.</returns>
    /// <exception cref="LoadException">The event is not understood, or objects failed; all were tried.</exception>
    public async Task<Answer> LoadFromS3Event(JsonElement input, LambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        if (SqsMessage.IsBatch(input))
        {
            return await LoadMessagesAsync(SqsMessage.ReadBatch(input), context).ConfigureAwait(false);
        }

        IReadOnlyList<ObjectOutcome> outcomes = await _loads.RunAsync(S3Event.Read(input), context.Deadline, CancellationToken.None).ConfigureAwait(false);
        FailureOfMany.ThrowIfAny(outcomes);
        return LoadAnswer.Done(outcomes);
    }

    /// <summary>Loads the object that a Step Functions task names, from its beginning or from where a call before stopped.</summary>
    /// <param name="input">The input of the task.</param>
    /// <param name="context">The invocation.</param>
    /// <returns>The answer; its status is 206 where the input said <c>resumable</c> and the load met its deadline.</returns>
    /// <exception cref="LoadException">The input is not understood, or the load failed.</exception>
    public async Task<Answer> LoadFromStepFunctions(JsonElement input, LambdaContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        StepFunctionsInput asked = StepFunctionsInput.Read(input);
        IReadOnlyList<ObjectOutcome> outcomes = await _loads.RunAsync([asked.Object], context.Deadline, CancellationToken.None).ConfigureAwait(false);
        if (asked.IsResumable && outcomes[0].Failure?.SourceException is IncompleteLoadException { Resume: { } token, Report: { } report } incomplete)
        {
            return LoadAnswer.ToBeResumed(incomplete, report, token);
        }

        FailureOfMany.ThrowIfAny(outcomes);
        return LoadAnswer.Done(outcomes);
    }

    private async Task<SqsAnswer> LoadMessagesAsync(IReadOnlyList<SqsMessage> messages, LambdaContext context)
    {
        IReadOnlyList<ObjectOutcome> outcomes = await _loads
            .RunAsync(messages.SelectMany(message => message.Objects), context.Deadline, CancellationToken.None).ConfigureAwait(false);
        var failures = outcomes.Where(outcome => outcome.Failure is not null)
            .ToDictionary(outcome => outcome.File, outcome => outcome.Failure!.SourceException);

        // A message is presumed failed unless every one of its objects is done.
        var failed = new List<BatchItemFailure>();
        foreach (SqsMessage message in messages)
        {
            Exception? failure = message.Failure
                ?? message.Objects.Select(item => failures.GetValueOrDefault(item.Request.File)).FirstOrDefault(exception => exception is not null);
            if (failure is not null)
            {
                _logger.MessageFailed(PlainText.Escape(message.Id), failure);
                failed.Add(new BatchItemFailure(message.Id));
            }
        }

        return new SqsAnswer(failed);
    }
}
