using Rlm.Embedded.Sandbox.Linux;

namespace Rlm.Embedded.Sandbox;

/// <summary>Says which layers hold a session of a profile on this machine.</summary>
internal static class SandboxLayers
{
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

    /// <summary>The layers in force, outermost last.</summary>
    public static IReadOnlyList<string> Active(SandboxProfile profile)
    {
        List<string> layers = ["limits", "interrupts", "memory-quota"];
        if (profile == SandboxProfile.Trusted)
        {
            return layers;
        }

        layers.AddRange(["code-gate", "guards", "capabilities", "audit-hook"]);
        if (SystemCalls.Current is not null)
        {
            layers.Add("no-new-privileges");
        }

        if (ThreadConfinement.LandlockVersion > 0)
        {
            layers.Add("landlock");
        }

        if (ThreadConfinement.HasSeccomp)
        {
            layers.Add("seccomp");
        }

        return layers;
    }

    /// <summary>What <see cref="SandboxProfile.Required"/> needs and this machine lacks; empty when nothing.</summary>
    public static IReadOnlyList<string> Missing() =>
        [.. new[] { "no-new-privileges", "landlock", "seccomp" }.Except(Active(SandboxProfile.Required), StringComparer.Ordinal)];
}
