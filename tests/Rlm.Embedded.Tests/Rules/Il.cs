using System.Reflection;
using System.Reflection.Emit;

namespace Rlm.Embedded.Tests.Rules;

/// <summary>One instruction of a compiled method, with what it names: a method, a field or a type.</summary>
internal readonly record struct Instruction(int Offset, OpCode Code, MemberInfo? Member);

/// <summary>Reads compiled methods (ECMA-335, partition III): rules that hold for all of them are tested there, whatever the source looks like.</summary>
internal static class Il
{
    private static readonly Dictionary<short, OpCode> s_codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    public static Assembly Library { get; } = typeof(EngineInfo).Assembly;

    /// <summary>All methods with a body, those that the compiler makes for lambdas and async methods too.</summary>
    public static IEnumerable<MethodBase> Methods { get; } =
        [.. Library.GetTypes()
            .SelectMany(type => type.GetMembers(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Instance | BindingFlags.DeclaredOnly))
            .OfType<MethodBase>()
            .Where(method => method.GetMethodBody() is not null)];

    public static string Name(MethodBase method) => $"{method.DeclaringType!.FullName}.{method.Name}";

    public static List<Instruction> Read(MethodBase method)
    {
        byte[] bytes = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        Type[]? ofType = method.DeclaringType is { IsGenericType: true } type ? type.GetGenericArguments() : null;
        Type[]? ofMethod = method is MethodInfo { IsGenericMethod: true } generic ? generic.GetGenericArguments() : null;
        List<Instruction> instructions = [];
        for (int at = 0; at < bytes.Length;)
        {
            int start = at;
            short value = bytes[at++];
            if (value == 0xFE)
            {
                value = unchecked((short)(0xFE00 | bytes[at++]));
            }

            OpCode code = s_codes[value];
            MemberInfo? member = code.OperandType is OperandType.InlineMethod or OperandType.InlineField or OperandType.InlineTok or OperandType.InlineType
                ? method.Module.ResolveMember(BitConverter.ToInt32(bytes, at), ofType, ofMethod)
                : null;
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(bytes, at)),
                _ => 4,
            };
            instructions.Add(new Instruction(start, code, member));
        }

        return instructions;
    }

    /// <summary>The instructions, and those of all methods of the library that they may lead to: what they call, and the bodies that the compiler made of lambdas and awaits.</summary>
    public static IEnumerable<Instruction> Reached(IEnumerable<Instruction> from)
    {
        HashSet<MethodBase> seen = [];
        Queue<Instruction> next = new(from);
        while (next.TryDequeue(out Instruction current))
        {
            yield return current;
            foreach (MethodBase method in LedTo(current.Member))
            {
                if (seen.Add(method))
                {
                    Read(method).ForEach(next.Enqueue);
                }
            }
        }
    }

    private static IEnumerable<MethodBase> LedTo(MemberInfo? member)
    {
        if ((member as Type ?? member?.DeclaringType) is not { } type || type.Module != Library.ManifestModule)
        {
            yield break;
        }

        if (member is MethodBase method)
        {
            yield return type.IsGenericType ? method.Module.ResolveMethod(method.MetadataToken)! : method;
        }

        // An async method or an iterator: its body is the state machine's.
        if (type.IsNested && type.GetMethod("MoveNext", BindingFlags.NonPublic | BindingFlags.Instance) is { } body)
        {
            yield return body;
        }
    }
}
