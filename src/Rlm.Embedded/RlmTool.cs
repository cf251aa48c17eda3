using System.Text.Json;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Repl.Tools;

namespace Rlm.Embedded;

/// <summary>
/// Something of the host's that the model's code can use: a function it calls, or a value it reads. Immutable; may serve any number of runs at once,
/// so a function must be thread-safe.
/// </summary>
/// <remarks>A function runs in the host with the host's rights, whatever the sandbox: it is the caller's to decide what a model may make it do.</remarks>
public sealed class RlmTool
{
    private readonly ToolFunction? _function;

    private RlmTool(string name, string description, ToolFunction? function, object? value)
    {
        ReservedNames.Refuse(name);
        Name = name;
        Description = description;
        _function = function;
        Value = value;
    }

    /// <summary>The name in Python.</summary>
    public string Name { get; }

    /// <summary>What it is for, as the model is told; may be empty.</summary>
    public string Description { get; }

    /// <summary>How Python calls it, <c>search(query: str, limit: int = 10) -> list[str]</c>; of a value its type, <c>prices: dict</c>.</summary>
    public string Signature => _function?.Signature.Text ?? $"{Name}: {ToolValue.TypeName(Value)}";

    /// <summary>The function, or null when the tool is a value.</summary>
    internal ToolFunction? Function => _function;

    /// <summary>The value, when the tool is one.</summary>
    internal object? Value { get; }

    /// <summary>
    /// A tool from a delegate. It may return a value, a task or nothing. Parameters of type <see cref="CancellationToken"/> are given the run's;
    /// all others are the Python function's, with their names, types, defaults and <see cref="System.ComponentModel.DescriptionAttribute"/>s.
    /// </summary>
    /// <param name="function">What to call. A lambda has no name of its own: give <paramref name="name"/>.</param>
    /// <param name="name">The name in Python; null for the method's.</param>
    /// <param name="description">What it is for; null for the method's <see cref="System.ComponentModel.DescriptionAttribute"/>.</param>
    /// <param name="serializerOptions">How arguments and results that are no plain values are read and written; null for <see cref="AIJsonUtilities.DefaultOptions"/>.
    /// Trimmed and AOT-compiled programs give options that know the types.</param>
    /// <exception cref="RlmConfigurationException">The name is reserved.</exception>
    public static RlmTool FromDelegate(Delegate function, string? name = null, string? description = null, JsonSerializerOptions? serializerOptions = null)
    {
        ArgumentNullException.ThrowIfNull(function);
        return FromFunction(DelegateFunction.Create(function, name, description, serializerOptions ?? AIJsonUtilities.DefaultOptions));
    }

    /// <summary>A tool from a function of Microsoft.Extensions.AI: one of an agent's, of an MCP server's, or made by <see cref="AIFunctionFactory"/>.</summary>
    /// <param name="function">What to call. Its JSON schema gives the parameters.</param>
    /// <exception cref="RlmConfigurationException">The name is reserved, or no Python name; or the function needs an approval for each call.</exception>
    public static RlmTool FromFunction(AIFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        if (function.GetService<ApprovalRequiredAIFunction>() is not null)
        {
            throw new RlmConfigurationException($"The function '{function.Name}' needs a person's approval for each call, and running Python cannot ask for it. Give a function that asks by itself, or the one inside.");
        }

        return new RlmTool(function.Name, function.Description, new ToolFunction(function), value: null);
    }

    /// <summary>A tool that is a value: a global of the REPL.</summary>
    /// <param name="name">The name in Python.</param>
    /// <param name="value">Null, text, a number, bool, bytes, or a list or dictionary (text as keys) of these; copied.</param>
    /// <param name="description">What it is.</param>
    /// <exception cref="RlmConfigurationException">The name is reserved, or the value has no counterpart in Python.</exception>
    public static RlmTool FromValue(string name, object? value, string? description = null)
    {
        ArgumentNullException.ThrowIfNull(name);
        return new RlmTool(name, description ?? "", function: null, ToolValue.Copy(name, value));
    }
}
