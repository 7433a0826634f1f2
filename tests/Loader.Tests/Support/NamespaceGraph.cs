using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace Loader.Tests.Support;

/// <summary>The dependencies between the namespaces of one assembly, as its metadata and method bodies show them.</summary>
/// <remarks>
/// A type depends on the types in its base, interfaces, attributes, fields, signatures, constraints, locals and instructions. A nested type
/// counts as its outermost type. Constants and <c>nameof</c> leave no trace in a compiled assembly, so they do not count. Neither do types
/// without a namespace: they are the entry point and helpers that the compiler generates. A namespace and one inside it are different.
/// </remarks>
internal sealed class NamespaceGraph
{
    private const int TypesShown = 4;

    private readonly SortedDictionary<string, SortedDictionary<string, SortedSet<string>>> _uses = new(StringComparer.Ordinal);

    private NamespaceGraph()
    {
    }

    /// <summary>Reads the graph of an assembly.</summary>
    /// <param name="assembly">The content of the assembly; it is disposed.</param>
    public static NamespaceGraph Read(Stream assembly)
    {
        using var file = new PEReader(assembly);
        var graph = new NamespaceGraph();
        var references = new TypeReferences(file);
        foreach (TypeDefinitionHandle type in file.GetMetadataReader().TypeDefinitions)
        {
            (string space, string name) = references.NameOf(type);
            foreach (TypeDefinitionHandle used in references.From(type))
            {
                (string usedSpace, string usedName) = references.NameOf(used);
                if (space != usedSpace && space.Length > 0 && usedSpace.Length > 0)
                {
                    graph.Add(space, usedSpace, $"{name} → {usedName}");
                }
            }
        }

        return graph;
    }

    /// <summary>
    /// Returns one text for each group of namespaces that depend on each other in a circle, with the types that cause it.
    /// </summary>
    public IEnumerable<string> FindCircles()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (string space in _uses.Keys)
        {
            if (found.Contains(space))
            {
                continue;
            }

            string[] circle = [.. Reachable(space).Where(other => Reachable(other).Contains(space))];
            if (circle.Length > 0)
            {
                found.UnionWith(circle);
                yield return string.Join(Environment.NewLine, circle.SelectMany(from => Describe(from, circle)));
            }
        }
    }

    private void Add(string space, string other, string types)
    {
        if (!_uses.TryGetValue(space, out SortedDictionary<string, SortedSet<string>>? used))
        {
            _uses.Add(space, used = new(StringComparer.Ordinal));
        }

        if (!used.TryGetValue(other, out SortedSet<string>? pairs))
        {
            used.Add(other, pairs = new(StringComparer.Ordinal));
        }

        pairs.Add(types);
    }

    private SortedSet<string> Reachable(string space)
    {
        var reached = new SortedSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([space]);
        while (open.TryPop(out string? next))
        {
            if (!_uses.TryGetValue(next, out SortedDictionary<string, SortedSet<string>>? used))
            {
                continue;
            }

            foreach (string other in used.Keys.Where(reached.Add))
            {
                open.Push(other);
            }
        }

        return reached;
    }

    private IEnumerable<string> Describe(string from, string[] circle)
    {
        foreach ((string used, SortedSet<string> types) in _uses[from].Where(used => circle.Contains(used.Key)))
        {
            string more = types.Count > TypesShown ? $" and {types.Count - TypesShown} more" : "";
            yield return $"{from} uses {used}: {string.Join(", ", types.Take(TypesShown))}{more}";
        }
    }
}
