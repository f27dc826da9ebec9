// A file's bytes become text: UTF-8, or what its first bytes say; else the old encoding of Windows, as Excel saves it.

/** The text, and which encoding it was. */
export function decoded(buffer) {
  const bytes = new Uint8Array(buffer);
  const named = nameOf(bytes);
  if (named) return { text: new TextDecoder(named).decode(bytes), encoding: named };
  try {
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes), encoding: "utf-8" };
  } catch {
    return { text: new TextDecoder("windows-1252").decode(bytes), encoding: "windows-1252" };
  }
}

/** By the byte order mark, or by where the zeros of plain letters stand; a sheet of Excel itself is refused. */
function nameOf(bytes) {
  const [a, b, c] = bytes;
  if (a === 0xff && b === 0xfe) return "utf-16le";
  if (a === 0xfe && b === 0xff) return "utf-16be";
  if (a === 0xef && b === 0xbb && c === 0xbf) return "utf-8";
  if ((a === 0x50 && b === 0x4b) || (a === 0xd0 && b === 0xcf) || (a === 0x25 && b === 0x50))
    throw new RangeError(
      "the file must be text, got a workbook, an archive or a document: in Excel or Sheets save or download it as csv, or copy its cells and paste them",
    );
  const some = bytes.subarray(0, 512);
  const zeros = [0, 1].map((odd) => some.filter((one, k) => one === 0 && k % 2 === odd).length);
  if (zeros[1] > some.length / 4 && zeros[0] < zeros[1] / 8) return "utf-16le";
  if (zeros[0] > some.length / 4 && zeros[1] < zeros[0] / 8) return "utf-16be";
  return null;
}
