namespace Loader.Lambda.Responses;

/// <summary>
/// The response of a function: a <see cref="LoadResponse"/>, a <see cref="BatchResponse"/> for a batch of objects, or a
/// <see cref="SqsBatchResponse"/> for events from a queue.
/// </summary>
public abstract record FunctionResponse;
