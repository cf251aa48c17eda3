using System.Runtime.InteropServices;

namespace Rlm.Embedded.Bench.Measuring;

/// <summary>Medians of what was measured side by side.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Pair(double Value, double Floor, double Ratio);
