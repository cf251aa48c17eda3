using System.Collections.Frozen;

namespace Rlm.Embedded.Schemas;

/// <summary>The keywords of JSON Schema (draft 2020-12, and <c>definitions</c>, <c>nullable</c> of older dialects) that are known here. Any other is an error.</summary>
internal static class SchemaKeywords
{
    private static readonly FrozenDictionary<string, SchemaOperand> s_known = new Dictionary<string, SchemaOperand>(StringComparer.Ordinal)
    {
        ["type"] = SchemaOperand.Type,
        ["enum"] = SchemaOperand.Values,
        ["const"] = SchemaOperand.Annotation,
        ["nullable"] = SchemaOperand.Flag,
        ["properties"] = SchemaOperand.Named,
        ["patternProperties"] = SchemaOperand.Patterned,
        ["additionalProperties"] = SchemaOperand.Schema,
        ["required"] = SchemaOperand.Names,
        ["minProperties"] = SchemaOperand.Count,
        ["maxProperties"] = SchemaOperand.Count,
        ["items"] = SchemaOperand.Schema,
        ["prefixItems"] = SchemaOperand.Schemas,
        ["minItems"] = SchemaOperand.Count,
        ["maxItems"] = SchemaOperand.Count,
        ["uniqueItems"] = SchemaOperand.Flag,
        ["minimum"] = SchemaOperand.Number,
        ["maximum"] = SchemaOperand.Number,
        ["exclusiveMinimum"] = SchemaOperand.Number,
        ["exclusiveMaximum"] = SchemaOperand.Number,
        ["multipleOf"] = SchemaOperand.Number,
        ["minLength"] = SchemaOperand.Count,
        ["maxLength"] = SchemaOperand.Count,
        ["pattern"] = SchemaOperand.Pattern,
        ["anyOf"] = SchemaOperand.Schemas,
        ["oneOf"] = SchemaOperand.Schemas,
        ["allOf"] = SchemaOperand.Schemas,
        ["not"] = SchemaOperand.Schema,
        ["$ref"] = SchemaOperand.Reference,
        ["$defs"] = SchemaOperand.Named,
        ["definitions"] = SchemaOperand.Named,
        ["format"] = SchemaOperand.Annotation,
        ["contentEncoding"] = SchemaOperand.Annotation,
        ["contentMediaType"] = SchemaOperand.Annotation,
        ["title"] = SchemaOperand.Annotation,
        ["description"] = SchemaOperand.Annotation,
        ["default"] = SchemaOperand.Annotation,
        ["examples"] = SchemaOperand.Annotation,
        ["deprecated"] = SchemaOperand.Annotation,
        ["readOnly"] = SchemaOperand.Annotation,
        ["writeOnly"] = SchemaOperand.Annotation,
        ["$schema"] = SchemaOperand.Annotation,
        ["$id"] = SchemaOperand.Annotation,
        ["$comment"] = SchemaOperand.Annotation,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>What a keyword takes, or null for one that is not known.</summary>
    public static SchemaOperand? Find(string keyword) => s_known.TryGetValue(keyword, out var operand) ? operand : null;
}
