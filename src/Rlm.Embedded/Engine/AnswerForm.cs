using Rlm.Embedded.Engine.Prompts;
using Rlm.Embedded.Schemas;

namespace Rlm.Embedded.Engine;

/// <summary>The form that a final answer is to have.</summary>
internal class AnswerForm(JsonSchema schema)
{
    public JsonSchema Schema => schema;

    /// <summary>What the model is told about it, behind the question.</summary>
    public string Instruction { get; } = PromptTemplate.Render(PromptText.AnswerForm, ("schema", schema.Root.GetRawText()));

    /// <summary>Why an answer does not have the form, or null.</summary>
    public virtual string? FindMismatch(string text) => JsonReply.Read(text, schema, out _);
}
