namespace Rlm.Embedded.Models;

/// <summary>What the prompts of an admitted batch still have coming to them. Changed by the ledger alone, under its lock.</summary>
internal sealed class BatchClaim
{
    /// <summary>Tokens.</summary>
    public decimal Tokens { get; set; }
}
