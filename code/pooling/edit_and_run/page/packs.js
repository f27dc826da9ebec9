// What Python is made of comes as scripts, each a file in base64 of gzip: scripts load from file: addresses, too.

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

async function unpacked(text) {
  const stream = new Blob([bytes(text)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Load packs, { name: size }, from a folder; returns { name: Uint8Array }. */
export async function loadPacks(folder, sizes, tell) {
  const packed = {};
  globalThis.poolingPack = (name, text) => {
    packed[name] = text;
  };
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  let done = 0;
  const script = (name) =>
    new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = `${folder}${name}.js`;
      element.onload = resolve;
      element.onerror = () =>
        reject(new Error(`${name} did not load. Is the network there? Run tries again.`));
      document.head.append(element);
    });
  const files = {};
  await Promise.all(
    Object.keys(sizes).map(async (name) => {
      await script(name);
      files[name] = await unpacked(packed[name]);
      delete packed[name];
      done += sizes[name];
      tell(done / total);
    }),
  );
  return files;
}
