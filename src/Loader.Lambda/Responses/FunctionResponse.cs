using System.Text.Json.Serialization;

namespace Loader.Lambda.Responses;

/// <summary>
/// The response of a function: a <see cref="LoadResponse"/>, or a <see cref="SqsBatchResponse"/> for events from a queue.
/// </summary>
[JsonDerivedType(typeof(LoadResponse))]
[JsonDerivedType(typeof(SqsBatchResponse))]
public abstract record FunctionResponse;
