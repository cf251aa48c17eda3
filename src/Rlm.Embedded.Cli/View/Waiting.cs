using System.Diagnostics;
using Rlm.Embedded.Cli.Frame;

namespace Rlm.Embedded.Cli.View;

/// <summary>
/// Says on stderr that something takes its time: on a terminal from the second second on, in a line that counts and then goes away; elsewhere in lines that
/// come more and more seldom.
/// </summary>
internal sealed class Waiting(Terminal terminal)
{
    private const string BeginOfLine = "\r\e[K";
    private const int FirstOnTerminal = 2;

    /// <summary>After how many seconds a line is written where lines stay.</summary>
    private static readonly int[] s_silence = [2, 10, 30, 60, 120, 180, 300, 600, 1800, 3600];

    /// <summary>Waits for work to end.</summary>
    /// <param name="work">The work.</param>
    /// <param name="what">What is waited for.</param>
    /// <param name="endLine">Ends a line that another has begun on stderr, before the first word.</param>
    public async Task<T> ForAsync<T>(Task<T> work, string what, Action? endLine = null)
    {
        long start = Stopwatch.GetTimestamp();
        bool isShown = false;
        for (int i = 0; NextSecond(i) is { } second; i++)
        {
            try
            {
                TimeSpan left = TimeSpan.FromSeconds(second) - Stopwatch.GetElapsedTime(start);
                await work.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                break;
            }
            catch (TimeoutException) when (!work.IsCompleted)
            {
                if (!isShown)
                {
                    endLine?.Invoke();
                    isShown = true;
                }

                string line = $"  {what}: {Durations.Whole(Stopwatch.GetElapsedTime(start))}";
                if (terminal.ErrorCanRewrite)
                {
                    terminal.Error.Write(BeginOfLine + line);
                }
                else
                {
                    terminal.Error.WriteLine(line);
                }
            }
            catch (Exception) when (work.IsCompleted)
            {
                break;
            }
        }

        if (isShown && terminal.ErrorCanRewrite)
        {
            terminal.Error.Write(BeginOfLine);
        }

        return await work;
    }

    private int? NextSecond(int index) =>
        terminal.ErrorCanRewrite ? FirstOnTerminal + index
        : index < s_silence.Length ? s_silence[index]
        : s_silence[^1] * (index - s_silence.Length + 2);
}
