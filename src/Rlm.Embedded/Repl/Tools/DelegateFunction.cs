using System.Reflection;
using System.Text.Json;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Schemas;

namespace Rlm.Embedded.Repl.Tools;

/// <summary>Makes functions of delegates: <see cref="AIFunctionFactory"/> reads the method, arguments and results are converted here.</summary>
internal static class DelegateFunction
{
    public static AIFunction Create(Delegate function, string? name, string? description, JsonSerializerOptions options) => AIFunctionFactory.Create(
        function,
        new AIFunctionFactoryOptions
        {
            Name = name ?? MethodName(function.Method),
            Description = description,
            SerializerOptions = options,
            ConfigureParameterBinding = parameter => IsTheHosts(parameter)
                ? default
                : new AIFunctionFactoryOptions.ParameterBindingOptions { BindParameter = (bound, arguments) => Bind(bound, arguments, options) },
            MarshalResult = (result, type, _) => new ValueTask<object?>(ToolFunction.IsPlain(result) ? result : JsonSerializer.SerializeToElement(result, options.GetTypeInfo(type ?? result!.GetType()))),
        });

    private static string MethodName(MethodInfo method) => method.Name.Contains('<', StringComparison.Ordinal) && !method.Name.Contains("g__", StringComparison.Ordinal)
        ? throw new RlmConfigurationException("A tool that is a lambda has no name. Give one: RlmTool.FromDelegate(function, \"name\").")
        : LocalName(method.Name);

    // A local function search is compiled as <Main>g__search|0_0.
    private static string LocalName(string name)
    {
        var start = name.IndexOf("g__", StringComparison.Ordinal);
        var end = name.IndexOf('|', StringComparison.Ordinal);
        return name.StartsWith('<') && start > 0 && end > start ? name[(start + 3)..end] : name;
    }

    private static bool IsTheHosts(ParameterInfo parameter) =>
        parameter.ParameterType == typeof(CancellationToken) || parameter.ParameterType == typeof(IServiceProvider) || parameter.ParameterType == typeof(AIFunctionArguments);

    private static object? Bind(ParameterInfo parameter, AIFunctionArguments arguments, JsonSerializerOptions options)
    {
        if (!arguments.TryGetValue(parameter.Name!, out var value))
        {
            return parameter.HasDefaultValue ? parameter.DefaultValue : throw new ToolArgumentException($"missing required argument: '{parameter.Name}'");
        }

        if (value is null || parameter.ParameterType.IsInstanceOfType(value))
        {
            return value;
        }

        var json = value is JsonElement element ? element : JsonValues.ToElement(value);
        try
        {
            return json.Deserialize(options.GetTypeInfo(parameter.ParameterType));
        }
        catch (Exception cause) when (cause is JsonException or FormatException or OverflowException or InvalidOperationException)
        {
            throw new ToolArgumentException($"argument '{parameter.Name}': {SchemaValue.Describe(json)} cannot be read as {parameter.ParameterType.Name}", cause);
        }
    }
}
