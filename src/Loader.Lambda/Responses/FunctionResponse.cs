namespace Loader.Lambda.Responses;

/// <summary>
/// The response of a function: a <see cref="LoadResponse"/>, or a <see cref="SqsBatchResponse"/> for events from a queue.
/// </summary>
public abstract record FunctionResponse;
