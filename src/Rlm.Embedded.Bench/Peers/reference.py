"""Times the reference library with a model that answers at once. Prints one JSON object of milliseconds.

Names used, as in its repository: rlm.core.rlm.RLM and get_client, rlm.clients.base_lm.BaseLM,
rlm.core.types.UsageSummary and ModelUsageSummary, rlm.environments.local_repl.LocalREPL.
"""
import json
import random
import statistics
import time

import rlm.core.rlm as core
from rlm.clients.base_lm import BaseLM
from rlm.core.types import ModelUsageSummary, UsageSummary
from rlm.environments.local_repl import LocalREPL


class Instant(BaseLM):
    def __init__(self, replies):
        super().__init__(model_name="instant")
        self.replies = list(replies)

    def completion(self, prompt, *args, **kwargs):
        return self.replies.pop(0)

    async def acompletion(self, prompt, *args, **kwargs):
        return self.completion(prompt)

    def get_last_usage(self):
        return ModelUsageSummary(total_calls=1, total_input_tokens=0, total_output_tokens=0)

    def get_usage_summary(self):
        return UsageSummary(model_usage_summaries={"instant": self.get_last_usage()})


def run(replies, context, expected):
    core.get_client = lambda *args, **kwargs: Instant(replies)
    start = time.perf_counter()
    result = core.RLM(max_iterations=100).completion(context, root_prompt="What is the magic number?")
    spent = time.perf_counter() - start
    assert expected in str(result.response), result.response
    return spent * 1000


def timed(work):
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def median(work, rounds):
    work()
    return statistics.median(work() for _ in range(rounds))


words = ["barn", "straw", "stalk", "field", "meadow", "haystack", "threshing"]
pick = random.Random(1)
lines = [" ".join(pick.choices(words, k=pick.randint(3, 8))) for _ in range(1_000_000)]
lines[512_345] = "The magic number is 1234567"
haystack = "\n".join(lines)
needle = [
    "```repl\nprint(len(context), context[:200])\n```",
    "```repl\nimport re\nprint(re.search(r'magic number is (\\d+)', context).group(1))\n```",
    "FINAL(1234567)",
]
turns = ["```repl\nx = 40 + 2\nprint(x)\n```"] * 50 + ["FINAL(done)"]
repl = LocalREPL()
figures = {
    "trivial cell": median(lambda: timed(lambda: repl.execute_code("x = 40 + 2\nprint(x)")), 500),
    "session open + close": median(lambda: timed(lambda: LocalREPL().cleanup()), 50),
    "run of 51 turns": median(lambda: run(turns, "a small context", "done"), 5),
    "needle run, 3 turns": median(lambda: run(needle, haystack, "1234567"), 3),
}
repl.cleanup()
print(json.dumps(figures))
