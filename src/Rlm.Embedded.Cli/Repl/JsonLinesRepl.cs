using Rlm.Embedded.Cli.Frame;
using Rlm.Embedded.Repl;

namespace Rlm.Embedded.Cli.Repl;

/// <summary>`rlm repl --jsonl`: cells in, results out, one JSON object a line. Whatever a line holds, the stream goes on.</summary>
internal sealed class JsonLinesRepl(ReplSessionOptions options, Terminal terminal)
{
    private const int LineLimit = 64 << 20;

    private readonly Dictionary<string, EmbeddedRepl> _sessions = new(StringComparer.Ordinal);
    private readonly ReplResponse _answers = new(terminal.OutStream);
    private bool _noted;

    public async Task<int> RunAsync(Stream input, CancellationToken cancellationToken)
    {
        // A machine without Python should say so before the first line comes.
        await using (await EmbeddedRepl.OpenAsync(new ReplSessionOptions(), cancellationToken))
        {
        }

        LineReader lines = new(input, LineLimit);
        bool first = true;
        try
        {
            while (await lines.ReadAsync(cancellationToken))
            {
                ReplRequest request = lines.IsTooLong ? ReplRequest.TooLong(LineLimit) : ReplRequest.Read(first ? WithoutMark(lines.Line) : lines.Line);
                first = false;
                await AnswerAsync(request, cancellationToken);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        finally
        {
            foreach (EmbeddedRepl session in _sessions.Values)
            {
                await session.DisposeAsync();
            }
        }

        return ExitCode.Done;
    }

    private static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> line) =>
        line.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? line[3..] : line;

    private async Task AnswerAsync(ReplRequest request, CancellationToken cancellationToken)
    {
        if (request.Problem is { } problem)
        {
            _answers.WriteProblem(request, "ProtocolError", problem);
            return;
        }

        try
        {
            EmbeddedRepl session = await SessionAsync(request.Session!, cancellationToken);
            CellResult result = await session.ExecuteAsync(new Cell(request.Code, request.Timeout), cancellationToken);
            if (request.Close)
            {
                _sessions.Remove(request.Session!);
                await session.DisposeAsync();
            }

            _answers.WriteResult(request, result);
        }
        catch (Exception exception) when (exception is not (ClosedOutputException or OperationCanceledException))
        {
            _answers.WriteProblem(request, exception is RlmException ? exception.GetType().Name : "EngineError", exception.Message);
        }
    }

    private async ValueTask<EmbeddedRepl> SessionAsync(string name, CancellationToken cancellationToken)
    {
        if (!_sessions.TryGetValue(name, out EmbeddedRepl? session))
        {
            session = await EmbeddedRepl.OpenAsync(options, cancellationToken);
            _sessions.Add(name, session);
            if (!_noted && session.Context.Note is { } note)
            {
                terminal.Say(note);
            }

            _noted = true;
        }

        return session;
    }
}
