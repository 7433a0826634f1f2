using System.Text.Json.Serialization;

namespace Loader.Lambda.Answers;

/// <summary>What a function answers: <see cref="LoadAnswer"/>, or <see cref="SqsAnswer"/> to a queue.</summary>
[JsonDerivedType(typeof(LoadAnswer))]
[JsonDerivedType(typeof(SqsAnswer))]
public abstract record Answer;
