using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using Types = System.Collections.Immutable.ImmutableArray<System.Reflection.Metadata.TypeDefinitionHandle>;

namespace Loader.Tests.Support;

/// <summary>Finds the types of an assembly that one of its types refers to, in metadata, signatures and method bodies.</summary>
internal sealed class TypeReferences(PEReader file)
{
    private static readonly Dictionary<int, OperandType> OperandTypes = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => (int)(ushort)code.Value, code => code.OperandType);

    private readonly MetadataReader _metadata = file.GetMetadataReader();
    private readonly HashSet<TypeDefinitionHandle> _found = [];
    private readonly SignatureTypes _signatures = new();

    /// <summary>Returns the namespace and name of a type, or of the outermost type around it.</summary>
    public (string Namespace, string Name) NameOf(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        while (!type.GetDeclaringType().IsNil)
        {
            type = _metadata.GetTypeDefinition(type.GetDeclaringType());
        }

        return (_metadata.GetString(type.Namespace), _metadata.GetString(type.Name));
    }

    /// <summary>Returns the types of the same assembly that a type refers to.</summary>
    public IReadOnlyCollection<TypeDefinitionHandle> From(TypeDefinitionHandle handle)
    {
        _found.Clear();
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        Add(type.BaseType);
        AddAttributes(type.GetCustomAttributes());
        AddConstraints(type.GetGenericParameters());
        foreach (InterfaceImplementationHandle implementation in type.GetInterfaceImplementations())
        {
            Add(_metadata.GetInterfaceImplementation(implementation).Interface);
        }

        foreach (FieldDefinitionHandle field in type.GetFields())
        {
            AddAttributes(_metadata.GetFieldDefinition(field).GetCustomAttributes());
            Add(field);
        }

        foreach (PropertyDefinitionHandle property in type.GetProperties())
        {
            AddAttributes(_metadata.GetPropertyDefinition(property).GetCustomAttributes());
        }

        foreach (MethodDefinitionHandle method in type.GetMethods())
        {
            AddMethod(_metadata.GetMethodDefinition(method));
        }

        return _found;
    }

    private void AddMethod(in MethodDefinition method)
    {
        AddAll(method.DecodeSignature(_signatures, genericContext: null));
        AddAttributes(method.GetCustomAttributes());
        AddConstraints(method.GetGenericParameters());
        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        MethodBodyBlock body = file.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            StandaloneSignature locals = _metadata.GetStandaloneSignature(body.LocalSignature);
            foreach (Types local in locals.DecodeLocalSignature(_signatures, genericContext: null))
            {
                _found.UnionWith(local);
            }
        }

        foreach (ExceptionRegion region in body.ExceptionRegions)
        {
            Add(region.CatchType);
        }

        AddInstructions(body.GetILReader());
    }

    private void AddInstructions(BlobReader body)
    {
        while (body.RemainingBytes > 0)
        {
            int code = body.ReadByte();
            code = code == 0xfe ? (code << 8) | body.ReadByte() : code;
            switch (OperandTypes[code])
            {
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok
                    or OperandType.InlineType or OperandType.InlineSig:
                    Add(MetadataTokens.EntityHandle(body.ReadInt32()));
                    break;
                case OperandType.InlineSwitch:
                    int targets = body.ReadInt32();
                    body.Offset += sizeof(int) * targets;
                    break;
                case var operand:
                    body.Offset += Size(operand);
                    break;
            }
        }
    }

    private static int Size(OperandType operand) => operand switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        _ => 4,
    };

    private void Add(EntityHandle handle)
    {
        if (handle.IsNil)
        {
            return;
        }

        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                _found.Add((TypeDefinitionHandle)handle);
                break;
            case HandleKind.TypeSpecification:
                TypeSpecification type = _metadata.GetTypeSpecification((TypeSpecificationHandle)handle);
                _found.UnionWith(type.DecodeSignature(_signatures, genericContext: null));
                break;
            case HandleKind.FieldDefinition:
                FieldDefinition field = _metadata.GetFieldDefinition((FieldDefinitionHandle)handle);
                Add(field.GetDeclaringType());
                _found.UnionWith(field.DecodeSignature(_signatures, genericContext: null));
                break;
            case HandleKind.MethodDefinition:
                MethodDefinition method = _metadata.GetMethodDefinition((MethodDefinitionHandle)handle);
                Add(method.GetDeclaringType());
                AddAll(method.DecodeSignature(_signatures, genericContext: null));
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification specification = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(specification.Method);
                foreach (Types argument in specification.DecodeSignature(_signatures, genericContext: null))
                {
                    _found.UnionWith(argument);
                }

                break;
            case HandleKind.MemberReference:
                AddMember(_metadata.GetMemberReference((MemberReferenceHandle)handle));
                break;
            case HandleKind.StandaloneSignature:
                StandaloneSignature signature = _metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle);
                AddAll(signature.DecodeMethodSignature(_signatures, genericContext: null));
                break;
        }
    }

    private void AddMember(in MemberReference member)
    {
        Add(member.Parent);
        if (member.GetKind() == MemberReferenceKind.Field)
        {
            _found.UnionWith(member.DecodeFieldSignature(_signatures, genericContext: null));
        }
        else
        {
            AddAll(member.DecodeMethodSignature(_signatures, genericContext: null));
        }
    }

    private void AddAll(in MethodSignature<Types> signature)
    {
        _found.UnionWith(signature.ReturnType);
        foreach (Types parameter in signature.ParameterTypes)
        {
            _found.UnionWith(parameter);
        }
    }

    private void AddAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttributeHandle attribute in attributes)
        {
            Add(_metadata.GetCustomAttribute(attribute).Constructor);
        }
    }

    private void AddConstraints(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameterHandle parameter in parameters)
        {
            foreach (GenericParameterConstraintHandle constraint in _metadata.GetGenericParameter(parameter).GetConstraints())
            {
                Add(_metadata.GetGenericParameterConstraint(constraint).Type);
            }
        }
    }

    /// <summary>Decodes a signature to the types of the same assembly in it.</summary>
    private sealed class SignatureTypes : ISignatureTypeProvider<Types, object?>
    {
        public Types GetArrayType(Types elementType, ArrayShape shape) => elementType;

        public Types GetByReferenceType(Types elementType) => elementType;

        public Types GetFunctionPointerType(MethodSignature<Types> signature) =>
            [.. signature.ReturnType, .. signature.ParameterTypes.SelectMany(types => types)];

        public Types GetGenericInstantiation(
            Types genericType, ImmutableArray<Types> typeArguments) =>
            [.. genericType, .. typeArguments.SelectMany(types => types)];

        public Types GetGenericMethodParameter(object? genericContext, int index) => [];

        public Types GetGenericTypeParameter(object? genericContext, int index) => [];

        public Types GetModifiedType(
            Types modifier, Types unmodifiedType, bool isRequired) => [.. modifier, .. unmodifiedType];

        public Types GetPinnedType(Types elementType) => elementType;

        public Types GetPointerType(Types elementType) => elementType;

        public Types GetPrimitiveType(PrimitiveTypeCode typeCode) => [];

        public Types GetSZArrayType(Types elementType) => elementType;

        public Types GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind) => [handle];

        public Types GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => [];

        public Types GetTypeFromSpecification(
            MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
            reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);
    }
}
