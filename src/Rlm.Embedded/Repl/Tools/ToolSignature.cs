using System.Text.Json;

namespace Rlm.Embedded.Repl.Tools;

/// <summary>How Python calls a tool. Immutable.</summary>
internal sealed class ToolSignature
{
    private ToolSignature(string name, ToolParameter[] parameters, string? returns)
    {
        Parameters = parameters;
        Names = [.. parameters.Select(parameter => parameter.Name)];
        Required = parameters.Count(parameter => parameter.IsRequired);
        Text = $"{name}({string.Join(", ", parameters.Select(Typed))}){(returns is null ? "" : $" -> {returns}")}";
        PlainText = $"{name}({string.Join(", ", parameters.Select(parameter => parameter.IsRequired ? parameter.Name : $"{parameter.Name}=None"))})";
    }

    /// <summary>In the order in which they are given by position: those that must be given first.</summary>
    public IReadOnlyList<ToolParameter> Parameters { get; }

    /// <summary>The names of <see cref="Parameters"/>.</summary>
    public string[] Names { get; }

    /// <summary>How many of the parameters must be given.</summary>
    public int Required { get; }

    /// <summary>With types: <c>search(query: str, limit: int = 10) -> list[str]</c>.</summary>
    public string Text { get; }

    /// <summary>Without types, as <c>inspect.signature</c> can read it.</summary>
    public string PlainText { get; }

    /// <summary>Reads the JSON schemas of a function's parameters and of what it returns.</summary>
    public static ToolSignature Read(string name, JsonElement schema, JsonElement? returns)
    {
        HashSet<string?> required = [];
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("required", out var names) && names.ValueKind == JsonValueKind.Array)
        {
            required = [.. names.EnumerateArray().Select(required => required.GetString())];
        }

        List<ToolParameter> parameters = [];
        if (schema.ValueKind == JsonValueKind.Object && schema.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object)
        {
            parameters.AddRange(properties.EnumerateObject().Select(property => Parameter(property.Name, property.Value, required.Contains(property.Name))));
        }

        return new ToolSignature(name, [.. parameters.OrderBy(parameter => parameter.IsRequired ? 0 : 1)], returns is { } type ? PythonType.Of(type) : null);
    }

    private static ToolParameter Parameter(string name, JsonElement schema, bool isRequired)
    {
        var isObject = schema.ValueKind == JsonValueKind.Object;
        var standard = isObject && schema.TryGetProperty("default", out var value) ? PythonType.Literal(value) : null;
        var description = isObject && schema.TryGetProperty("description", out var text) ? text.GetString() : null;
        return new ToolParameter(name, PythonType.Of(schema), isRequired, isRequired ? null : standard, description);
    }

    private static string Typed(ToolParameter parameter) =>
        parameter.Name + (parameter.Type is null ? "" : $": {parameter.Type}") + (parameter.IsRequired ? "" : (parameter.Type is null ? "=" : " = ") + (parameter.Default ?? "None"));
}
