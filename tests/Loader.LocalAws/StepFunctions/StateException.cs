namespace Loader.LocalAws.StepFunctions;

/// <summary>An error of a state, which retriers and catchers match by its name.</summary>
/// <param name="error">The name.</param>
/// <param name="cause">The cause.</param>
public sealed class StateException(string error, string cause) : Exception($"{error}: {cause}")
{
    /// <summary>Gets the name.</summary>
    public string Error => error;

    /// <summary>Gets the cause.</summary>
    public string Cause => cause;
}
