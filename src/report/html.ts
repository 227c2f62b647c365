import type { Block, Document, Fact } from './document.js';

const MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (mark) => MARKS[mark] ?? mark);
const lines = (text: string): string => escaped(text).replaceAll('\n', '<br>');

/** One file: no script, nothing from elsewhere, printable. */
export function htmlOf({ language, title, subtitle, running, cover, blocks }: Document): string {
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(`${title} ${subtitle}`)}</title>
<style>${STYLE}</style>
</head>
<body>
<header><p>${escaped(running)}</p></header>
<main>
<h1>${escaped(title)}<small>${escaped(subtitle)}</small></h1>
${facts(cover)}
${blocks.map(blockHtml).join('\n')}
</main>
</body>
</html>
`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'heading': {
      const tag = `h${String(block.level + 1)}`;
      return `<${tag}${block.beginsPage === true ? ' class="chapter"' : ''}>${escaped(block.text)}</${tag}>`;
    }
    case 'text':
      return `<p${block.isFaint === true ? ' class="faint"' : ''}>${lines(block.text)}</p>`;
    case 'facts':
      return facts(block.facts);
    case 'code':
      return `<pre>${escaped(block.text)}</pre>`;
    case 'table':
      return `<div class="frame" tabindex="0" role="group" aria-label="${escaped(block.caption)}"><table><caption>${escaped(block.caption)}</caption><thead><tr>${block.head
        .map((cell) => (cell === '' ? '<td></td>' : `<th scope="col">${escaped(cell)}</th>`))
        .join('')}</tr></thead><tbody>${block.rows
        .map(
          ([first = '', ...rest]) =>
            `<tr><th scope="row">${lines(first)}</th>${rest.map((cell) => `<td>${lines(cell)}</td>`).join('')}</tr>`,
        )
        .join('')}</tbody></table></div>`;
    case 'bars': {
      const most = Math.max(1, ...block.bars.map(({ count }) => count));
      return `<figure><figcaption>${escaped(block.caption)}</figcaption><table class="bars"><tbody>${block.bars
        .map(
          ({ label, count, shown = String(count), pattern }) =>
            `<tr><th scope="row">${escaped(label)}</th><td><span class="bar p${String(pattern)}" style="width:${((count / most) * 80).toFixed(1)}%"></span> ${escaped(shown)}</td></tr>`,
        )
        .join('')}</tbody></table></figure>`;
    }
  }
}

const facts = (all: readonly Fact[]): string =>
  `<dl>${all.map(([label, value]) => `<div><dt>${escaped(label)}</dt><dd>${lines(value)}</dd></div>`).join('')}</dl>`;

const STYLE = `
body{margin:0;color:#1a1a1a;background:#fff;font:400 1rem/1.7 "BIZ UDPGothic","BIZ UDPゴシック","Noto Sans JP","Noto Sans CJK JP",sans-serif}
header,main{max-width:60rem;margin:0 auto;padding:0 1.25rem}
header p{margin:.5rem 0;color:#595959;font-size:.875rem}
h1{margin:3rem 0 1rem;font-size:2rem;line-height:1.4}
h1 small{display:block;font-size:1.25rem;color:#595959}
h2{margin:3rem 0 1rem;padding-left:.75rem;border-left:5px solid #0017c1;font-size:1.5rem}
h3{margin:2rem 0 .5rem;font-size:1.125rem}
.faint{color:#595959}
dl{margin:1rem 0;display:grid;gap:.25rem}
dl>div{display:grid;grid-template-columns:minmax(6rem,12rem) 1fr;gap:.75rem;border-bottom:1px solid #ccc;padding:.25rem 0}
dt{color:#595959}
dd{margin:0;overflow-wrap:anywhere}
.frame{overflow-x:auto;margin:1rem 0}
table{width:100%;border-collapse:collapse}
caption,figcaption{text-align:left;font-weight:700;padding:.5rem 0}
thead th,thead td{background:#f2f2f2}
th,td{border:1px solid #999;padding:.375rem .5rem;text-align:left;vertical-align:top;font-weight:400}
thead th{font-weight:700}
figure{margin:1rem 0}
.bars th,.bars td{border:0}
.bars th{width:12rem}
.bar{display:inline-block;height:1.25rem;min-width:2px;border:1px solid #0017c1;vertical-align:middle;print-color-adjust:exact}
.p0{background:#0017c1}
.p1{background:repeating-linear-gradient(45deg,#0017c1 0 3px,#fff 3px 7px)}
.p2{background:radial-gradient(#0017c1 1.5px,#fff 2px) 0 0/7px 7px}
.p3{background:repeating-linear-gradient(45deg,#0017c1 0 1px,transparent 1px 6px),repeating-linear-gradient(-45deg,#0017c1 0 1px,#fff 1px 6px)}
.p4{background:#fff}
pre{padding:1rem;background:#f2f2f2;white-space:pre-wrap;overflow-wrap:anywhere}
@media print{@page{size:A4;margin:20mm}h2.chapter{break-before:page}h3,tr{break-inside:avoid}h3{break-after:avoid}thead{display:table-header-group}.frame{overflow:visible}}
`.replaceAll('\n', '');
