// Which lines of a program were changed: a longest common subsequence of its lines.

/** Returns [["-" | "+", line, number], …] in order, number from 1 in the program that has the line. */
export function changes(before, after) {
  const [a, b] = [before, after].map((text) => text.trimEnd().split("\n"));
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
  return walk(a, b, common);
}

function walk(a, b, common) {
  const changed = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (j === b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])) {
      changed.push(["-", a[i], ++i]);
    } else {
      changed.push(["+", b[j], ++j]);
    }
  }
  return changed;
}
