using System.Text.Json;
using Microsoft.Extensions.AI;
using Rlm.Embedded.Schemas;

namespace Rlm.Embedded.Repl;

/// <summary>
/// What a cell asks, as it was copied from Python. Made into calls off the session's thread, which may not load an assembly and must not hold the GIL for long.
/// </summary>
/// <param name="kind">What is asked.</param>
/// <param name="model">The name of a model, or null.</param>
/// <param name="schema">A copy of the schema, or null.</param>
internal sealed class AskedPrompts(SubCallKind kind, string? model, object? schema)
{
    public const string ErrorMark = "Error: ";

    private readonly List<object> _prompts = [];

    /// <summary>How many there are.</summary>
    public int Count => _prompts.Count;

    /// <summary>Adds a prompt.</summary>
    /// <param name="prompt">A text, or a copy for which <see cref="PromptParts.IsPrompt"/> holds.</param>
    public void Add(object prompt) => _prompts.Add(prompt);

    /// <summary>Asks the only one.</summary>
    /// <returns>A text, or the <see cref="JsonElement"/> that the schema asked for.</returns>
    public async ValueTask<object> AskOneAsync(ISubCallHandler handler, CancellationToken cancellationToken)
    {
        SubCall call = Make(_prompts[0], Schema(), out string? fault);
        return fault is null ? Value(await handler.CallAsync(call, cancellationToken).ConfigureAwait(false)) : ErrorMark + fault;
    }

    /// <summary>Asks all; what cannot be asked has its error in its own slot.</summary>
    /// <returns>As of <see cref="AskOneAsync"/>.</returns>
    public async ValueTask<IReadOnlyList<object>> AskAllAsync(ISubCallHandler handler, CancellationToken cancellationToken)
    {
        JsonElement? asked = Schema();
        string?[] faults = new string?[_prompts.Count];
        List<SubCall> calls = new(_prompts.Count);
        for (int i = 0; i < faults.Length; i++)
        {
            SubCall call = Make(_prompts[i], asked, out faults[i]);
            if (faults[i] is null)
            {
                calls.Add(call);
            }
        }

        IReadOnlyList<string> replies = calls.Count == 0 && faults.Length > 0 ? [] : await handler.CallBatchAsync(calls, cancellationToken).ConfigureAwait(false);
        if (schema is null && calls.Count == faults.Length)
        {
            return replies;
        }

        int next = 0;
        return [.. faults.Select(fault => fault is null ? Value(replies[next++]) : ErrorMark + fault)];
    }

    private object Value(string reply)
    {
        if (schema is null || reply.StartsWith(ErrorMark, StringComparison.Ordinal))
        {
            return reply;
        }

        try
        {
            using var document = JsonDocument.Parse(reply);
            return document.RootElement.Clone();
        }
        catch (JsonException cause)
        {
            // The engine's handler has checked it; others may not know schemas.
            return $"{ErrorMark}the reply is not JSON: {cause.Message}";
        }
    }

    private JsonElement? Schema() => schema is null ? null : JsonValues.ToElement(schema, limit: 4 << 20);

    private SubCall Make(object prompt, JsonElement? asked, out string? fault)
    {
        fault = null;
        if (prompt is string text)
        {
            return new SubCall(kind, text, model) { Schema = asked };
        }

        PromptParts parts = PromptParts.Read(prompt);
        bool isChild = kind == SubCallKind.Rlm;
        fault = isChild && parts.Messages?.Any(message => message.Contents.Any(content => content is DataContent)) is true
            ? "a child works on text; ask about images with llm_query."
            : parts.Fault;
        return new SubCall(kind, parts.Text, model) { Messages = isChild ? null : parts.Messages, Schema = asked };
    }
}
