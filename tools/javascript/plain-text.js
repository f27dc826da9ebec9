// Stands in for sanitize-html (90 kB), which the widgets would use to clean descriptions written in HTML.
// The book writes its descriptions as plain text, so the strictest way to clean them is enough.
export default function plainText(html) {
  return html.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}
