namespace Rlm.Embedded.Engine.Parsing;

/// <summary>What models put around a tool call that they write as text.</summary>
/// <param name="Open">What begins it.</param>
/// <param name="Close">What ends it; null where the turn's end does.</param>
/// <param name="IsCode">It may hold Python as it is, with no name and no JSON.</param>
internal sealed record ToolCallForm(string Open, string? Close, bool IsCode = false)
{
    /// <summary>All forms that are known. Longer ones stand before those that they begin with.</summary>
    public static readonly ToolCallForm[] All =
    [
        new("<tool_call>", "</tool_call>"), new("<seed:tool_call>", "</seed:tool_call>"), new("<minimax:tool_call>", "</minimax:tool_call>"),
        new("<function_calls>", "</function_calls>"), new("<antml:function_calls>", "</antml:function_calls>"), new("<|DSML|function_calls>", "</|DSML|function_calls>"),
        new("<function_call>", "</function_call>"), new("<functioncall>", "</functioncall>"), new("<TOOLCALL>", "</TOOLCALL>"), new("<tool_use>", "</tool_use>"),
        new("<function=", "</function>"), new("<invoke ", "</invoke>"), new("<antml:invoke ", "</antml:invoke>"),
        new("<|python_tag|>", null, IsCode: true), new("<|python_start|>", "<|python_end|>", IsCode: true), new("<|interpreter|>", "<|action_end|>", IsCode: true),
        new("<|action_start|><|interpreter|>", "<|action_end|>", IsCode: true), new("<|action_start|>", "<|action_end|>"), new("<|START_ACTION|>", "<|END_ACTION|>"),
        new("[TOOL_CALLS]", null), new("<|tool_call|>", "<|/tool_call|>"), new("<|tool_call>", "<tool_call|>"),
        new("<|tool_calls_section_begin|>", "<|tool_calls_section_end|>"), new("<|tool_call_begin|>", "<|tool_call_end|>"),
        new("<｜tool▁calls▁begin｜>", "<｜tool▁calls▁end｜>"), new("<｜tool▁call▁begin｜>", "<｜tool▁call▁end｜>"),
        new("<start_function_call>", "<end_function_call>"), new("<|tools_prefix|>", "<|tools_suffix|>"),
    ];

    private static readonly System.Buffers.SearchValues<string> Opens =
        System.Buffers.SearchValues.Create([.. All.Select(form => form.Open)], StringComparison.OrdinalIgnoreCase);

    /// <summary>The first place in a text where one of the forms begins, or -1.</summary>
    public static int Find(ReadOnlySpan<char> text) => text.IndexOfAny(Opens);

    /// <summary>The form that begins at a position, or null.</summary>
    public static ToolCallForm? At(ReadOnlySpan<char> text)
    {
        foreach (var form in All)
        {
            if (text.StartsWith(form.Open, StringComparison.OrdinalIgnoreCase))
            {
                return form;
            }
        }

        return null;
    }
}
