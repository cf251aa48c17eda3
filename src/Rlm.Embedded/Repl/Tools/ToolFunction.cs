using System.Numerics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Schemas;

namespace Rlm.Embedded.Repl.Tools;

/// <summary>A function as a tool: arguments in, plain values out. Thread-safe if the function is.</summary>
internal sealed class ToolFunction
{
    private readonly AIFunction _function;
    private readonly JsonSchema? _schema;

    public ToolFunction(AIFunction function)
    {
        _function = function;
        Signature = ToolSignature.Read(function.Name, function.JsonSchema, function.ReturnJsonSchema);
        try
        {
            _schema = JsonSchema.Parse(function.JsonSchema);
        }
        catch (RlmConfigurationException)
        {
            // A schema from elsewhere with keywords of its own: then the function is the only one to check its arguments.
            _schema = null;
        }
    }

    /// <summary>How Python calls it.</summary>
    public ToolSignature Signature { get; }

    /// <summary>What Python shows as its documentation: the signature, the description, the parameters.</summary>
    public string Documentation
    {
        get
        {
            var parameters = Signature.Parameters.Where(parameter => !string.IsNullOrEmpty(parameter.Description)).Select(parameter => $"{parameter.Name}: {parameter.Description}");
            return string.Join('\n', parameters.Prepend(_function.Description).Where(line => line.Length > 0));
        }
    }

    /// <summary>Whether a value can be handed to Python as it is.</summary>
    public static bool IsPlain(object? value) => value is null or string or bool or byte[] or JsonElement or BigInteger
        or sbyte or byte or short or ushort or int or uint or long or ulong or float or double;

    /// <summary>Calls it.</summary>
    /// <param name="arguments">Copies of Python's values by the parameters' names.</param>
    /// <param name="limit">Bytes the arguments may have as JSON.</param>
    /// <param name="cancellationToken">The run's.</param>
    /// <returns>A plain value.</returns>
    /// <exception cref="ToolArgumentException">An argument does not fit.</exception>
    public async ValueTask<object?> InvokeAsync(IReadOnlyDictionary<string, object?> arguments, long limit, CancellationToken cancellationToken)
    {
        var json = ToJson(arguments, limit);
        if (_schema?.FindMismatch(json) is { } mismatch)
        {
            throw new ToolArgumentException(mismatch.StartsWith("$.", StringComparison.Ordinal) ? $"argument {mismatch[2..]}" : mismatch);
        }

        AIFunctionArguments given = [];
        foreach (var property in json.EnumerateObject())
        {
            // Text and bytes are exact only outside of JSON.
            given[property.Name] = arguments.GetValueOrDefault(property.Name) is var value and (null or string or byte[]) ? value : property.Value;
        }

        return Plain(await _function.InvokeAsync(given, cancellationToken).ConfigureAwait(false));
    }

    private static JsonElement ToJson(IReadOnlyDictionary<string, object?> arguments, long limit)
    {
        try
        {
            return JsonValues.ToElement(arguments, limit);
        }
        catch (RlmException unfit) when (unfit is not ValueTooLargeException)
        {
            throw new ToolArgumentException(unfit.Message, unfit);
        }
    }

    private object? Plain(object? result) => result switch
    {
        _ when IsPlain(result) => result,
        JsonDocument document => document.RootElement,
        JsonNode node => JsonSerializer.SerializeToElement(node, _function.JsonSerializerOptions.GetTypeInfo(typeof(JsonNode))),
        TextContent text => text.Text,
        DataContent data => data.Data.ToArray(),
        IEnumerable<AIContent> contents => contents.Select(Plain).ToList(),
        _ => JsonSerializer.SerializeToElement(result, _function.JsonSerializerOptions.GetTypeInfo(result!.GetType())),
    };
}
