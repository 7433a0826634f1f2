namespace Loader.Cli.Reference;

/// <summary>A command, as documentation and completion need it.</summary>
/// <param name="Path">The words that call it, such as <c>loader mapping check</c>.</param>
/// <param name="Description">What it does, in a sentence without a full stop.</param>
/// <param name="Notes">The text below the options in its help: explanations, examples and exit codes.</param>
/// <param name="Arguments">The arguments in their order.</param>
/// <param name="Options">The options of its own.</param>
/// <param name="Inherited">The options that it has from the commands above.</param>
/// <param name="Commands">The commands below it.</param>
internal sealed record CommandEntry(
    string Path,
    string Description,
    string Notes,
    IReadOnlyList<ArgumentEntry> Arguments,
    IReadOnlyList<OptionEntry> Options,
    IReadOnlyList<OptionEntry> Inherited,
    IReadOnlyList<CommandEntry> Commands)
{
    /// <summary>Gets the last word of the path.</summary>
    public string Name => Path[(Path.LastIndexOf(' ') + 1)..];

    /// <summary>Gets the options that the command accepts.</summary>
    public IEnumerable<OptionEntry> AllOptions => Options.Concat(Inherited);

    /// <summary>Gets the usage line, such as <c>loader load &lt;source&gt;... [options]</c>.</summary>
    public string Usage =>
        string.Join(' ', [Path, .. Commands.Count > 0 ? ["<command>"] : Arguments.Select(argument => argument.Usage), "[options]"]);

    /// <summary>Returns this command and all below it, each before its own.</summary>
    public IEnumerable<CommandEntry> Flatten() => Commands.SelectMany(command => command.Flatten()).Prepend(this);
}

/// <summary>An argument of a command.</summary>
internal sealed record ArgumentEntry(string Name, string Description, bool IsRequired, bool IsRepeated, ValueEntry Value)
{
    /// <summary>Gets the argument in a usage line.</summary>
    public string Usage => (IsRequired ? $"<{Name}>" : $"[<{Name}>]") + (IsRepeated ? "..." : "");
}

/// <summary>An option of a command.</summary>
/// <param name="Names">The long name, then other names.</param>
/// <param name="Description">What it does.</param>
/// <param name="Default">The value without the option, or an empty text if there is none or the description names it.</param>
/// <param name="Value">The value that follows it.</param>
/// <param name="IsRepeated">Whether it can be given several times.</param>
/// <param name="IsRecursive">Whether all commands below have it too.</param>
internal sealed record OptionEntry(
    IReadOnlyList<string> Names, string Description, string Default, ValueEntry Value, bool IsRepeated, bool IsRecursive)
{
    /// <summary>Gets the long name.</summary>
    public string Name => Names[0];

    /// <summary>Gets the option in help, such as <c>--duckdb &lt;FILE&gt;</c>.</summary>
    public string Usage => string.Join(", ", Names) + (Value.Kind == ValueKind.None ? "" : $" <{Value.Name}>");
}

/// <summary>The value of an argument or option.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">The placeholder in help, such as <c>FILE</c>.</param>
/// <param name="Choices">The values of <see cref="ValueKind.Choice"/>.</param>
internal sealed record ValueEntry(ValueKind Kind, string Name, IReadOnlyList<string> Choices);

/// <summary>What the value of an argument or option is.</summary>
internal enum ValueKind
{
    /// <summary>There is none: the option is a switch.</summary>
    None,

    /// <summary>One of a few words.</summary>
    Choice,

    /// <summary>A file or folder, or the location of an object.</summary>
    File,

    /// <summary>Any other text.</summary>
    Text,
}
