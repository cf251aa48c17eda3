namespace Rlm.Embedded.Cli.Niah;

/// <summary>What `rlm niah` was asked to do.</summary>
internal sealed record NiahSettings(int Lines, long Seed, int Repeat, bool Json, bool Verbose);
