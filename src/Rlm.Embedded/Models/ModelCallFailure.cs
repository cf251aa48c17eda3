namespace Rlm.Embedded.Models;

/// <summary>Why a model call failed.</summary>
public enum ModelCallFailure
{
    /// <summary>Something not listed here.</summary>
    Other,

    /// <summary>No connection: refused, unknown host, TLS.</summary>
    Unreachable,

    /// <summary>No answer within the timeout.</summary>
    Timeout,

    /// <summary>The connection broke off in the middle of the answer.</summary>
    BrokenAnswer,

    /// <summary>The answer is not of the shape the API promises.</summary>
    BadAnswer,

    /// <summary>The server does not accept the request (HTTP 4xx not listed apart), or it cannot be put in the API's terms.</summary>
    InvalidRequest,

    /// <summary>The key is missing, wrong, or not allowed to use the model (HTTP 401, 403).</summary>
    Unauthorized,

    /// <summary>The model or the address is unknown to the server (HTTP 404).</summary>
    NotFound,

    /// <summary>Too many requests for now (HTTP 429).</summary>
    RateLimited,

    /// <summary>The account has no quota or credit left (HTTP 402, or 429 with <c>insufficient_quota</c>): waiting does not help.</summary>
    QuotaExhausted,

    /// <summary>The server failed (HTTP 408, 5xx).</summary>
    ServerError,
}
