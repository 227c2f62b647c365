import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { Document } from './document.js';

const require = createRequire(import.meta.url);
const FONTS = ['400Regular/BIZUDPGothic_400Regular.ttf', '700Bold/BIZUDPGothic_700Bold.ttf'].map((file) =>
  dirname(require.resolve(`@expo-google-fonts/biz-udpgothic/${file}`)),
);

let compiler: NodeCompiler | undefined;

/**
 * PDF/UA-1: tagged, with the font in it. The words come to the template as data, never as its text. A character that the font does not
 * have is shown as 〓 with its code point.
 */
export function pdfOf(document: Document): Buffer {
  try {
    return compiled(JSON.stringify(document), document.recordedAtMs);
  } catch (error) {
    const missing = missingIn(error);
    if (missing.length === 0) throw error;
    return compiled(JSON.stringify(document).replace(anyOf(missing), codePointOf), document.recordedAtMs);
  }
}

function compiled(document: string, createdAtMs: number): Buffer {
  compiler ??= NodeCompiler.create({ fontArgs: [{ fontPaths: FONTS }] });
  try {
    const outcome = compiler.compile({ mainFileContent: TEMPLATE, inputs: { document } });
    const { result } = outcome;
    if (!result) throw new Error(`the report cannot be set: ${diagnosticsOf(compiler, outcome.takeError())}`);
    return compiler.pdf(result, {
      ...{ pdfStandard: 'ua-1', pdfTags: true },
      creationTimestamp: Math.floor(createdAtMs / 1_000),
    });
  } finally {
    compiler.evictCache(0);
  }
}

const diagnosticsOf = (of: NodeCompiler, error: Parameters<NodeCompiler['fetchDiagnostics']>[0] | null): string =>
  error ? JSON.stringify(of.fetchDiagnostics(error)) : '';

/** The characters that a refusal names. */
const missingIn = (error: unknown): string[] =>
  [...(error as Error).message.matchAll(/the text `\\?"(.+?)\\?"` could not be displayed/gu)].flatMap(([, text = '']) =>
    Array.from(text),
  );

const anyOf = (characters: readonly string[]): RegExp =>
  new RegExp([...new Set(characters)].map((character) => `\\u{${hexOf(character)}}`).join('|'), 'gu');

const hexOf = (character: string): string => (character.codePointAt(0) ?? 0).toString(16);
const codePointOf = (character: string): string => `〓（U+${hexOf(character).toUpperCase().padStart(4, '0')}）`;

const TEMPLATE = String.raw`
#let doc = json(bytes(sys.inputs.document))
#set document(title: doc.title + " " + doc.subtitle)
#set page(
  paper: "a4",
  margin: (x: 20mm, top: 24mm, bottom: 20mm),
  header: context if counter(page).get().first() > 1 { text(size: 8pt, fill: luma(35%), doc.running) },
  footer: context align(right, text(size: 8pt, fill: luma(35%), counter(page).display("1 / 1", both: true))),
)
#set text(font: "BIZ UDPGothic", lang: doc.language, size: 9.5pt, fallback: false)
#set par(leading: 0.8em, spacing: 1.1em)
#show heading.where(level: 1): it => block(above: 2.5em, below: 1em, sticky: true, text(size: 16pt, it.body))
#show heading.where(level: 2): it => block(above: 1.8em, below: 0.8em, sticky: true, text(size: 11.5pt, it.body))
#show figure.caption: it => align(left, strong(it.body))
#set figure(gap: 0.5em)
#set figure.caption(position: top)
#set table(stroke: 0.5pt + luma(60%), inset: 5pt, align: left + top)

#let blue = rgb("#0017c1")
#let fills = (
  blue,
  tiling(size: (5pt, 5pt), place(line(start: (0%, 100%), end: (100%, 0%), stroke: 1.5pt + blue))),
  tiling(size: (5pt, 5pt), place(dx: 1pt, dy: 1pt, circle(radius: 1.2pt, fill: blue))),
  tiling(size: (5pt, 5pt), {
    place(line(start: (0%, 100%), end: (100%, 0%), stroke: 0.6pt + blue))
    place(line(start: (0%, 0%), end: (100%, 100%), stroke: 0.6pt + blue))
  }),
  white,
)
// A key or a root has no place to break, and must be copied whole.
#show regex("[!-~]{48,}"): set text(size: 0.75em)
// An address, or what is longer than a key, is broken anywhere rather than lost at the edge.
#show regex("https?://[!-~]{30,}|/[!-~]{80,}|[!-~]{110,}"): it => it.text.clusters().chunks(4).map(part => box(part.join())).join()
#let broken(words) = words.split("\n").map(line => text(line)).join(linebreak())
// English words are longer than the figures below them.
#let heads(cell) = strong(if doc.language == "en" { text(size: 7pt, hyphenate: true, cell) } else { cell })
#let facts(all) = block(breakable: all.len() > 12, table(
  columns: (1fr, 4fr),
  stroke: (x: none, y: 0.5pt + luma(75%)),
  ..all.map(((label, value)) => (text(fill: luma(35%), label), broken(value))).flatten(),
))
#let bars(it) = {
  let most = calc.max(1, ..it.bars.map(bar => bar.count))
  let said(bar) = bar.at("shown", default: str(bar.count))
  let words = it.bars.map(bar => bar.label + " " + said(bar)).join(", ")
  figure(
    kind: "chart",
    supplement: none,
    alt: it.caption + ": " + words,
    caption: it.caption,
    align(left, grid(
      columns: (9em, 1fr),
      row-gutter: 6pt,
      align: horizon,
      ..it.bars.map(bar => (
        text(bar.label),
        stack(
          dir: ltr,
          spacing: 6pt,
          rect(width: calc.max(0.5, bar.count / most * 85) * 1%, height: 11pt, fill: fills.at(bar.pattern), stroke: 0.7pt + blue),
          align(horizon, text(said(bar))),
        ),
      )).flatten(),
    )),
  )
}
#let shown(it) = {
  if it.kind == "heading" {
    if it.at("beginsPage", default: false) { pagebreak(weak: true) }
    heading(level: it.level, it.text)
  }
  else if it.kind == "text" { par(text(fill: if it.at("isFaint", default: false) { luma(35%) } else { black }, broken(it.text))) }
  else if it.kind == "facts" { facts(it.facts) }
  else if it.kind == "bars" { bars(it) }
  else if it.kind == "code" { block(width: 100%, inset: 8pt, fill: luma(95%), text(size: 8pt, it.text)) }
  else if it.kind == "table" {
    // A short one stays whole, with what stands above it.
    show figure: set block(breakable: it.rows.len() > 20)
    figure(
      kind: table,
      supplement: none,
      caption: it.caption,
      table(
        columns: it.widths.map(width => width * 1fr),
        table.header(..it.head.map(cell => table.cell(fill: luma(95%), heads(cell)))),
        ..it.rows.flatten().map(cell => broken(cell)),
      ),
    )
  }
}

#v(60mm)
#block(text(size: 24pt, weight: "bold", doc.title))
#block(text(size: 15pt, doc.subtitle))
#v(15mm)
#facts(doc.cover)
#for it in doc.blocks { shown(it) }
`;
