"""Measures the workbench of chapter 18 in a real browser: a million rows dropped, ten thousand groups ranked.

Each row says how long it took from the drop to the first numbers, to ranks, and to all; and the longest that
the page stood still meanwhile.
"""

import random

__all__ = ["measure"]

PAGE = "chapters/18_own_groups.html"
#: Drops a file, and tells when each stage of the answer was on the page, in ms.
DROPPED = """async (text) => {
  const said = document.querySelector(".pw-said");
  const data = new DataTransfer();
  data.items.add(new File([text], "table.csv", { type: "text/csv" }));
  let [longest, last, going] = [0, performance.now(), true];
  const tick = (now) => {
    longest = Math.max(longest, now - last);
    last = now;
    if (going) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
  document.querySelectorAll(".pw-groups output").forEach((one) => one.remove());
  said.replaceChildren();
  const start = performance.now();
  const event = new DragEvent("drop", { dataTransfer: data, cancelable: true });
  document.querySelector(".pw-zone").dispatchEvent(event);
  const until = async (is) => {
    while (!is()) await new Promise((go) => setTimeout(go, 5));
    return performance.now() - start;
  };
  await until(() => !document.querySelector(".pw-groups output"));
  const told = (kind) => document.querySelector(`.pw-groups output[data-quantity^="${kind}"]`);
  const numbers = await until(() => told("mean:theta"));
  const ranks = await until(() => told("best:"));
  const all = await until(() => said.querySelector("li") || said.textContent.includes("Nothing to warn"));
  going = false;
  return { numbers, ranks, all, longest };
}"""


def _rows(n, groups):
    chance = random.Random(1)
    means = [chance.gauss(50, 5) for _ in range(groups)]
    cells = (chance.randrange(groups) for _ in range(n))
    return "branch,score\n" + "\n".join(f"branch {j},{chance.gauss(means[j], 10):.2f}" for j in cells)


def _summaries(groups):
    chance = random.Random(2)
    rows = []
    for j in range(groups):
        n = chance.randint(2, 40)
        mean = chance.gauss(chance.gauss(50, 5), 10 / n**0.5)
        rows.append(f"branch {j},{n},{mean:.3f},{chance.uniform(8, 12):.3f}")
    return "branch,n,mean,sd\n" + "\n".join(rows)


def measure(browser, address: str):
    """Yield a line for each table."""
    tables = {
        "10⁶ rows, 1,000 groups": _rows(10**6, 1000),
        "10⁴ groups": _summaries(10**4),
    }
    for name, text in tables.items():
        page = browser.new_page()
        page.goto(f"{address}/{PAGE}")
        page.locator(".pw-said li").first.wait_for()
        took = page.evaluate(DROPPED, text)
        page.close()
        yield (
            f"workbench, {name:22} numbers {took['numbers'] / 1000:5.2f} s, ranks "
            f"{took['ranks'] / 1000:5.2f} s, all {took['all'] / 1000:5.2f} s; the page stood still "
            f"{took['longest']:4.0f} ms at most"
        )
