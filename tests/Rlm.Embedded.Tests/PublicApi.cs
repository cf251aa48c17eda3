using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace Rlm.Embedded.Tests;

/// <summary>Writes down what of an assembly others can see, one member a line.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext s_nullability = new();

    public static string Of(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (var type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Head(type)).Append('\n');
            foreach (var line in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(line).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Head(Type type)
    {
        var isRecord = type.GetMethod("<Clone>$") is not null || (type.IsValueType && type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance) is not null);
        var kind = type.IsEnum ? "enum" : type.IsInterface ? "interface" : typeof(Delegate).IsAssignableFrom(type) ? "delegate"
            : (type is { IsAbstract: true, IsSealed: true } ? "static " : type.IsAbstract ? "abstract " : type is { IsSealed: true, IsValueType: false } ? "sealed " : "")
                + (isRecord ? "record" : "class") + (type.IsValueType ? " struct" : "");
        var bases = new List<string>();
        if (type.BaseType is { } parent && parent != typeof(object) && !type.IsValueType)
        {
            bases.Add(Name(parent));
        }

        bases.AddRange(type.GetInterfaces().Where(IsOwn).Select(Name).Order(StringComparer.Ordinal));
        return $"{kind} {type.Namespace}.{Name(type)}{(bases.Count > 0 && !type.IsEnum ? " : " + string.Join(", ", bases) : "")}";

        bool IsOwn(Type implemented) => implemented.Name != "IEquatable`1" && type.BaseType?.GetInterfaces().Contains(implemented) is not true
            && !type.GetInterfaces().Any(other => other != implemented && other.GetInterfaces().Contains(implemented));
    }

    private static IEnumerable<string> Members(Type type)
    {
        if (type.IsEnum)
        {
            return Enum.GetNames(type).Select(name => $"{Convert.ToInt64(Enum.Parse(type, name), CultureInfo.InvariantCulture):00} {name}");
        }

        return type.GetMembers(Declared).Where(member => !member.IsDefined(typeof(CompilerGeneratedAttribute)) || member is MethodInfo { Name: "op_Implicit" }).Select(Line).OfType<string>();
    }

    private static string? Line(MemberInfo member) => member switch
    {
        ConstructorInfo made when IsVisible(made) && !IsCopy(made) => $"{Access(made)}new({Parameters(made)})",
        PropertyInfo property when Accessors(property) is { Length: > 0 } accessors && property.Name != "EqualityContract" => Property(property, accessors),
        FieldInfo field when field.IsPublic || field.IsFamily => $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Type(s_nullability.Create(field))} {field.Name}{(field.IsLiteral ? " = " + Value(field.GetRawConstantValue()) : "")}",
        EventInfo happening when happening.AddMethod is { IsPublic: true } => $"event {Name(happening.EventHandlerType!)} {happening.Name}",
        MethodInfo method when IsVisible(method) && (!method.IsSpecialName || method.Name.StartsWith("op_", StringComparison.Ordinal)) && !IsOfRecords(method) => Method(method),
        _ => null,
    };

    private static string Property(PropertyInfo property, MethodInfo[] accessors)
    {
        var text = string.Join(' ', accessors.Select(accessor => $"{Access(accessor)}{(accessor == property.GetMethod ? "get" : IsInit(accessor) ? "init" : "set")};"));
        var required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{(accessors[0].IsStatic ? "static " : "")}{required}{Type(s_nullability.Create(property))} {property.Name} {{ {text} }}";
    }

    private static string Method(MethodInfo method)
    {
        var kind = method.IsStatic ? "static " : method.IsAbstract && !method.DeclaringType!.IsInterface ? "abstract "
            : method.GetBaseDefinition() != method ? "override " : method is { IsVirtual: true, IsFinal: false } && !method.DeclaringType!.IsInterface ? "virtual " : "";
        var generic = method.IsGenericMethod ? $"<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : "";
        return $"{Access(method)}{kind}{Type(s_nullability.Create(method.ReturnParameter))} {method.Name}{generic}({Parameters(method)})";
    }

    private static string Parameters(MethodBase method) => string.Join(", ", method.GetParameters().Select(parameter =>
        (parameter.IsDefined(typeof(ParamArrayAttribute)) ? "params " : "")
        + (parameter.Position == 0 && method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "")
        + (parameter.IsOut ? "out " : "")
        + $"{Type(s_nullability.Create(parameter))} {parameter.Name}"
        + (parameter.HasDefaultValue ? " = " + Value(parameter.DefaultValue) : "")));

    private static MethodInfo[] Accessors(PropertyInfo property) => [.. new[] { property.GetMethod, property.SetMethod }.OfType<MethodInfo>().Where(IsVisible)];

    private static bool IsVisible(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

    private static bool IsInit(MethodInfo setter) => setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));

    private static bool IsCopy(ConstructorInfo made) => made.GetParameters() is [{ } only] && only.ParameterType == made.DeclaringType;

    private static bool IsOfRecords(MethodInfo method) =>
        method.Name is "PrintMembers" or "<Clone>$" or "op_Equality" or "op_Inequality" or "Deconstruct" or "Equals" or "GetHashCode" or "ToString";

    private static string Access(MethodBase method) => method.IsPublic ? "" : "protected ";

    private static string Value(object? value) => value switch
    {
        null => "default",
        string text => $"\"{text}\"",
        bool flag => flag ? "true" : "false",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Type(NullabilityInfo info)
    {
        var type = info.Type.IsByRef ? info.Type.GetElementType()! : info.Type;
        var name = info.GenericTypeArguments is { Length: > 0 } arguments && Nullable.GetUnderlyingType(type) is null && !type.IsNested
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", arguments.Select(Type))}>"
            : Name(type);
        return !type.IsValueType && info.ReadState == NullabilityState.Nullable ? name + "?" : name;
    }

    private static string Name(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return Name(value) + "?";
        }

        if (type.IsArray)
        {
            return Name(type.GetElementType()!) + "[]";
        }

        var name = type.IsGenericType && type.Name.Contains('`', StringComparison.Ordinal)
            ? $"{type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
            : System.Type.GetTypeCode(type) switch
            {
                TypeCode.Boolean => "bool",
                TypeCode.Int32 when !type.IsEnum => "int",
                TypeCode.Int64 when !type.IsEnum => "long",
                TypeCode.Double => "double",
                TypeCode.Decimal => "decimal",
                TypeCode.String => "string",
                _ => type == typeof(void) ? "void" : type == typeof(object) ? "object" : type.Name,
            };
        return type is { IsNested: true, IsGenericParameter: false } ? $"{Name(type.DeclaringType!)}.{name}" : name;
    }
}
