using System.Reflection;
using System.Reflection.Emit;

namespace Loader.Tests.Support;

[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class NamespaceGraphTests
{
    private readonly PersistedAssemblyBuilder _assembly = new(new AssemblyName("Sample"), typeof(object).Assembly);
    private readonly ModuleBuilder _module;
    private readonly List<TypeBuilder> _types = [];

    public NamespaceGraphTests() => _module = _assembly.DefineDynamicModule("Sample");

    [Test]
    public void Uses_in_one_direction_are_no_circle()
    {
        TypeBuilder upper = Define("Sample.Upper.A");
        TypeBuilder lower = Define("Sample.Lower.B");
        Call(upper, lower);
        Field(upper, lower);

        Assert.That(Circles(), Is.Empty);
    }

    [Test]
    public void Static_calls_make_a_circle()
    {
        TypeBuilder one = Define("Sample.One.A");
        TypeBuilder other = Define("Sample.Other.B");
        Call(one, other);
        Call(other, one);

        Assert.That(
            Circles().Single().Split(Environment.NewLine),
            Is.EqualTo(new[] { "Sample.One uses Sample.Other: A → B", "Sample.Other uses Sample.One: B → A" }));
    }

    [Test]
    public void A_base_type_a_field_a_type_argument_and_an_attribute_count(
        [Values("base", "field", "argument", "attribute")] string kind)
    {
        TypeBuilder one = Define("Sample.One.A", typeof(Attribute));
        TypeBuilder other = Define("Sample.Other.B", kind == "base" ? one : null);
        Call(one, other);
        switch (kind)
        {
            case "field":
                Field(other, one);
                break;
            case "argument":
                Field(other, typeof(List<>).MakeGenericType(one.MakeArrayType()));
                break;
            case "attribute":
                other.SetCustomAttribute(one.DefineDefaultConstructor(MethodAttributes.Public), [1, 0, 0, 0]);
                break;
        }

        Assert.That(Circles(), Has.Exactly(1).Items);
    }

    [Test]
    public void Branch_tables_in_a_method_body_are_skipped()
    {
        TypeBuilder one = Define("Sample.One.A");
        TypeBuilder other = Define("Sample.Other.B");
        Call(one, other);
        ILGenerator body = DefineMethod(other, "Switch", typeof(Type), [typeof(int)]).GetILGenerator();
        Label end = body.DefineLabel();
        body.Emit(OpCodes.Ldarg_0);
        body.Emit(OpCodes.Switch, [end, end, end]);
        body.MarkLabel(end);
        body.Emit(OpCodes.Ldtoken, one);
        body.Emit(OpCodes.Call, typeof(Type).GetMethod(nameof(Type.GetTypeFromHandle))!);
        body.Emit(OpCodes.Ret);

        Assert.That(Circles(), Has.Exactly(1).Contains("Sample.Other uses Sample.One: B → A"));
    }

    [Test]
    public void A_namespace_and_one_inside_it_are_different()
    {
        TypeBuilder outer = Define("Sample.A");
        TypeBuilder inner = Define("Sample.Inner.B");
        Call(outer, inner);
        Call(inner, outer);

        Assert.That(Circles(), Has.Exactly(1).Contains("Sample.Inner uses Sample: B → A"));
    }

    [Test]
    public void A_circle_over_three_namespaces_is_found_and_what_only_leads_to_it_is_left_out()
    {
        TypeBuilder[] circle = [Define("Sample.One.A"), Define("Sample.Two.B"), Define("Sample.Three.C")];
        TypeBuilder user = Define("Sample.User.D");
        Call(circle[0], circle[1]);
        Call(circle[1], circle[2]);
        Call(circle[2], circle[0]);
        Call(user, circle[0]);

        Assert.That(Circles().Single().Split(Environment.NewLine), Has.Length.EqualTo(3).And.None.Contains("Sample.User"));
    }

    [Test]
    public void A_nested_type_counts_as_the_type_around_it()
    {
        TypeBuilder one = Define("Sample.One.A");
        TypeBuilder nested = one.DefineNestedType("Inner", TypeAttributes.NestedPublic);
        TypeBuilder other = Define("Sample.Other.B");
        Call(nested, other);
        Call(other, one);
        _types.Add(nested);

        Assert.That(Circles(), Has.Exactly(1).Contains("Sample.One uses Sample.Other: A → B"));
    }

    private TypeBuilder Define(string name, Type? parent = null)
    {
        TypeBuilder type = _module.DefineType(name, TypeAttributes.Public, parent ?? typeof(object));
        _types.Add(type);
        return type;
    }

    private static void Call(TypeBuilder from, TypeBuilder to)
    {
        MethodBuilder target = DefineMethod(to, "Target", typeof(void), []);
        target.GetILGenerator().Emit(OpCodes.Ret);
        ILGenerator body = DefineMethod(from, "Caller", typeof(void), []).GetILGenerator();
        body.Emit(OpCodes.Call, target);
        body.Emit(OpCodes.Ret);
    }

    private static MethodBuilder DefineMethod(TypeBuilder type, string name, Type returnType, Type[] parameters) =>
        type.DefineMethod(name, MethodAttributes.Public | MethodAttributes.Static, returnType, parameters);

    private static void Field(TypeBuilder from, Type to) => from.DefineField("_field", to, FieldAttributes.Private);

    private List<string> Circles()
    {
        foreach (TypeBuilder type in _types)
        {
            type.CreateType();
        }

        var content = new MemoryStream();
        _assembly.Save(content);
        content.Position = 0;
        return [.. NamespaceGraph.Read(content).FindCircles()];
    }
}
