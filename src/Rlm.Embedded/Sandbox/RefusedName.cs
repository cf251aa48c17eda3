namespace Rlm.Embedded.Sandbox;

/// <summary>A name that restricted code may not use as it does.</summary>
/// <param name="Name">The name, or a reason in parentheses.</param>
/// <param name="Use">How it is used.</param>
/// <param name="Line">The line of the source, or null where it is not known.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct RefusedName(string Name, NameUse Use, int? Line)
{
    /// <summary>What to tell who wrote it.</summary>
    public string Message => (Line is { } line ? $"line {line}: " : "") + (Name.StartsWith('(') ? Name : NameRule.Refusal(Name));
}
