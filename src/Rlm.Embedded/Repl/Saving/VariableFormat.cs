using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Rlm.Embedded.Repl.Saving;

/// <summary>The frame of a file of variables: a name, a version, a length and a hash before the body. Described in docs/sessions.md.</summary>
internal static class VariableFormat
{
    /// <summary>Bytes a body may have.</summary>
    public const int MostBytes = 256 << 20;

    /// <summary>How deep values may nest.</summary>
    public const int MaxDepth = 1000;

    private const byte Version = 1;
    private const int LengthAt = 8;
    private const int HashAt = 16;
    private const int HeaderBytes = HashAt + SHA256.HashSizeInBytes;

    /// <summary>What every file begins with.</summary>
    public static ReadOnlySpan<byte> Name => "RLMVARS"u8;

    /// <summary>Writes frame and body.</summary>
    /// <returns>Bytes written.</returns>
    public static async ValueTask<long> WriteAsync(Stream destination, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        byte[] header = new byte[HeaderBytes];
        Name.CopyTo(header);
        header[Name.Length] = Version;
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(LengthAt), body.Length);
        SHA256.HashData(body.Span, header.AsSpan(HashAt));
        await destination.WriteAsync(header, cancellationToken).ConfigureAwait(false);
        await destination.WriteAsync(body, cancellationToken).ConfigureAwait(false);
        return HeaderBytes + (long)body.Length;
    }

    /// <summary>The body, whole and undamaged; whoever wrote the file may still have put anything into it.</summary>
    /// <exception cref="RlmSavedVariablesException">It is not.</exception>
    public static async ValueTask<byte[]> ReadAsync(Stream source, CancellationToken cancellationToken)
    {
        byte[] header = new byte[HeaderBytes];
        int read = await source.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        if (read < Name.Length || !header.AsSpan().StartsWith(Name))
        {
            throw new RlmSavedVariablesException("This is not a file of saved variables: it does not begin with 'RLMVARS'.");
        }

        if (read > Name.Length && header[Name.Length] != Version)
        {
            throw new RlmSavedVariablesException($"The saved variables have version {header[Name.Length]} of the format; this library reads version {Version}. Restore them with the library that wrote them.");
        }

        long length = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(LengthAt));
        if (length is < 0 or > MostBytes)
        {
            throw new RlmSavedVariablesException($"The saved variables take {length:N0} bytes; {MostBytes:N0} are the most that is read.");
        }

        if (read < HeaderBytes || (source.CanSeek && source.Length - source.Position < length))
        {
            throw new RlmSavedVariablesException("The saved variables end early: the file was cut off. Save them again.");
        }

        byte[] body = new byte[length];
        if (await source.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false) < body.Length)
        {
            throw new RlmSavedVariablesException("The saved variables end early: the file was cut off. Save them again.");
        }

        if (!header.AsSpan(HashAt).SequenceEqual(SHA256.HashData(body)))
        {
            throw new RlmSavedVariablesException("The saved variables are damaged: their hash is not the one in the file. Save them again.");
        }

        return body;
    }
}
