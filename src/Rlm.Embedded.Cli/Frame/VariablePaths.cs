namespace Rlm.Embedded.Cli.Frame;

/// <summary>Where variables come from and go to.</summary>
/// <param name="Restore">The file to begin with, or null.</param>
/// <param name="Save">The file to write at the end, or null.</param>
internal readonly record struct VariablePaths(string? Restore, string? Save)
{
    public bool AreGiven => Restore is not null || Save is not null;
}
