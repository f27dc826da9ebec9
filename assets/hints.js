// Hints one by one: the fold of a chapter's hints holds one for each exercise, and each of them is a fold of its own.
// Without a script one fold opens them all.

for (const fold of document.querySelectorAll("details.sd-dropdown")) {
  if (fold.querySelector(".sd-summary-text")?.textContent.trim() !== "Hints") continue;
  for (const item of fold.querySelectorAll(":scope > div > ul > li")) {
    const exercise = item.querySelector("a");
    const after = exercise?.nextSibling;
    if (!after?.textContent.startsWith(": ")) continue;
    const hint = document.createElement("details");
    const summary = document.createElement("summary");
    summary.textContent = `A hint for ${exercise.textContent}`;
    after.textContent = after.textContent.slice(2);
    exercise.remove();
    hint.append(summary, ...item.childNodes);
    item.replaceChildren(hint);
    item.classList.add("pooling-hint");
  }
}
