using Rlm.Embedded.Interpreter;
using Rlm.Embedded.Sandbox.Linux;

namespace Rlm.Embedded.Sandbox;

/// <summary>Says which layers hold a session of a profile on this machine.</summary>
internal static class SandboxLayers
{
    // Those without a trial cannot be missing: where they cannot be put in place the interpreter does not start.
    private static readonly (string Name, bool OfTrusted, Func<bool> IsThere)[] s_all =
    [
        ("limits", true, static () => true),
        ("interrupts", true, static () => Interrupts.AreProven ?? SystemCalls.Current is not null),
        ("memory-quota", true, static () => MemoryQuota.IsProven is not false),
        ("code-gate", false, static () => true),
        ("guards", false, static () => true),
        ("capabilities", false, static () => true),
        ("audit-hook", false, static () => AuditHook.IsProven is not false),
        ("no-new-privileges", false, static () => SystemCalls.Current is not null),
        ("landlock", false, static () => ThreadConfinement.LandlockVersion > 0),
        ("seccomp", false, static () => ThreadConfinement.HasSeccomp),
    ];

    private static bool s_anyOff;
    private static string[] s_off = [];

    /// <summary>
    /// Layers switched off, by name. Only tests set it, before the interpreter starts: they see whether the others hold what one lets through.
    /// </summary>
    public static IReadOnlyList<string> Disabled
    {
        get => s_off;
        set
        {
            s_off = [.. value];
            s_anyOff = s_off.Length > 0;
        }
    }

    /// <summary>True when a test has switched a layer off. Costs one check of a bool when none is.</summary>
    public static bool IsOff(string layer) => s_anyOff && s_off.Contains(layer, StringComparer.Ordinal);

    /// <summary>
    /// The layers in force, outermost last: once the interpreter runs those that were seen to work, before that those that this machine is known to have.
    /// What each session's thread gets of the kernel's is tried on that thread (<see cref="ThreadConfinement.Apply()"/>).
    /// </summary>
    public static IReadOnlyList<string> Active(SandboxProfile profile) =>
        [.. s_all.Where(layer => (layer.OfTrusted || profile != SandboxProfile.Trusted) && layer.IsThere() && !IsOff(layer.Name)).Select(layer => layer.Name)];

    /// <summary>True once each layer of the interpreter's has been tried.</summary>
    public static bool AreProven => Interrupts.AreProven is not null && MemoryQuota.IsProven is not null && AuditHook.IsProven is not null;

    /// <summary>What <see cref="SandboxProfile.Required"/> needs and this machine lacks; empty when nothing.</summary>
    public static IReadOnlyList<string> Missing() =>
        [.. new[] { "no-new-privileges", "landlock", "seccomp" }.Except(Active(SandboxProfile.Required), StringComparer.Ordinal)];
}
