import {
  AlignmentType,
  BorderStyle,
  Document as WordDocument,
  Footer,
  Header,
  HeadingLevel,
  Packer,
  PageNumber,
  Paragraph,
  ShadingType,
  Table,
  TableCell,
  TableLayoutType,
  TableRow,
  TextRun,
  WidthType,
} from 'docx';
import type { Block, Document, Fact } from './document.js';

const FONT = 'BIZ UDPGothic';
/** A4 without its margins, in twentieths of a point. */
const WIDTH = 9_638;
const BLUE = '0017C1';
const PATTERNS = [
  ShadingType.SOLID,
  ShadingType.DIAGONAL_STRIPE,
  ShadingType.PERCENT_25,
  ShadingType.DIAGONAL_CROSS,
  ShadingType.CLEAR,
] as const;
const LEVELS = { 1: HeadingLevel.HEADING_1, 2: HeadingLevel.HEADING_2 } as const;

/** A copy to go on writing in. */
export async function wordOf(document: Document): Promise<Buffer> {
  const { title, subtitle, running, cover, blocks } = document;
  const word = new WordDocument({
    title: `${title} ${subtitle}`,
    creator: title,
    lastModifiedBy: title,
    styles: {
      default: {
        document: { run: { font: FONT, size: 20 } },
        title: {
          run: { font: FONT, size: 48, bold: true, color: '000000' },
          paragraph: { spacing: { before: 3_000 } },
        },
        heading1: {
          run: { font: FONT, size: 32, bold: true, color: '000000' },
          paragraph: { spacing: { after: 200 } },
        },
        heading2: {
          run: { font: FONT, size: 24, bold: true, color: '000000' },
          paragraph: { spacing: { before: 360, after: 120 } },
        },
      },
    },
    sections: [
      {
        properties: {
          titlePage: true,
          page: { size: { width: 11_906, height: 16_838 }, margin: { left: 1_134, right: 1_134 } },
        },
        headers: { default: new Header({ children: [paragraph(running, true)] }) },
        footers: {
          default: new Footer({
            children: [
              new Paragraph({
                alignment: AlignmentType.RIGHT,
                children: [new TextRun({ children: [PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES], size: 16 })],
              }),
            ],
          }),
        },
        children: [
          new Paragraph({ heading: HeadingLevel.TITLE, text: title }),
          new Paragraph({ spacing: { after: 600 }, children: [new TextRun({ text: subtitle, size: 30 })] }),
          ...factsTable(cover),
          ...blocks.flatMap(blockParts),
        ],
      },
    ],
  });
  const at = new Date(document.recordedAtMs).toISOString();
  return dated(await Packer.toBuffer(word, undefined, [{ path: 'docProps/core.xml', data: properties(document, at) }]));
}

function blockParts(block: Block): (Paragraph | Table)[] {
  switch (block.kind) {
    case 'heading':
      return [
        new Paragraph({
          heading: LEVELS[block.level],
          text: block.text,
          pageBreakBefore: block.beginsPage === true,
          keepNext: true,
        }),
      ];
    case 'text':
      return [paragraph(block.text, block.isFaint)];
    case 'code':
      return [paragraph(block.text)];
    case 'facts':
      return factsTable(block.facts);
    case 'table':
      return [
        caption(block.caption),
        tableOf(
          block.widths,
          [block.head, ...block.rows].map((row) => row.map((text) => ({ text }))),
        ),
        paragraph(''),
      ];
    case 'bars': {
      const most = Math.max(1, ...block.bars.map(({ count }) => count));
      return [
        caption(block.caption),
        ...block.bars.flatMap(({ label, count, shown = String(count), pattern }) => {
          const share = Math.max(1, Math.round((count / most) * 60));
          const cells = [{ text: label }, { text: '', pattern }, { text: shown }];
          return [tableOf([25, share, 75 - share], [cells], false)];
        }),
        paragraph(''),
      ];
    }
  }
}

const paragraph = (text: string, isFaint = false): Paragraph =>
  new Paragraph({ spacing: { after: 120 }, children: runs(text, isFaint ? { color: '595959', size: 18 } : {}) });

const caption = (text: string): Paragraph =>
  new Paragraph({ keepNext: true, spacing: { before: 200, after: 80 }, children: runs(text, { bold: true }) });

const runs = (
  text: string,
  style: { readonly color?: string; readonly size?: number; readonly bold?: boolean },
): TextRun[] => text.split('\n').map((line, i) => new TextRun({ text: line, ...style, ...(i > 0 && { break: 1 }) }));

const factsTable = (facts: readonly Fact[]): (Paragraph | Table)[] => [
  tableOf(
    [1, 4],
    facts.map(([label, value]) => [{ text: label }, { text: value }]),
    false,
  ),
  paragraph(''),
];

interface Cell {
  readonly text: string;
  readonly pattern?: number;
}

function tableOf(widths: readonly number[], rows: readonly (readonly Cell[])[], hasHead = true): Table {
  const all = widths.reduce((sum, width) => sum + width, 0);
  const columnWidths = widths.map((width) => Math.round((width / all) * WIDTH));
  const edge = { style: BorderStyle.SINGLE, size: 4, color: BLUE } as const;
  const none = { style: BorderStyle.NONE, size: 0, color: 'auto' } as const;
  return new Table({
    columnWidths,
    layout: TableLayoutType.FIXED,
    width: { size: WIDTH, type: WidthType.DXA },
    ...(!hasHead && {
      borders: { top: none, bottom: none, left: none, right: none, insideHorizontal: none, insideVertical: none },
    }),
    rows: rows.map(
      (cells, i) =>
        new TableRow({
          tableHeader: hasHead && i === 0,
          cantSplit: true,
          children: cells.map(
            ({ text, pattern }, column) =>
              new TableCell({
                width: { size: columnWidths[column] ?? 0, type: WidthType.DXA },
                margins: { left: 80, right: 80, top: 40, bottom: 40 },
                ...(pattern !== undefined && {
                  borders: { top: edge, bottom: edge, left: edge, right: edge },
                  shading: { type: PATTERNS[pattern] ?? ShadingType.CLEAR, color: BLUE, fill: 'FFFFFF' },
                }),
                children: [new Paragraph({ children: runs(text, { bold: hasHead && i === 0 }) })],
              }),
          ),
        }),
    ),
  });
}

const XML: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const xml = (text: string): string => text.replace(/[&<>]/g, (mark) => XML[mark] ?? mark);

const properties = ({ title, subtitle, language }: Document, at: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?><cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>${xml(`${title} ${subtitle}`)}</dc:title><dc:language>${language}</dc:language><dcterms:created xsi:type="dcterms:W3CDTF">${at}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">${at}</dcterms:modified></cp:coreProperties>`;

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** 1 January 1980, the first day that a ZIP file can say. */
const DOS_DATE = 0x0021;

/** The ZIP file with the same date on each part, so that the same words are the same bytes (APPNOTE 4.3). */
function dated(zip: Buffer): Buffer {
  const end = zip.lastIndexOf(Buffer.from('504b0506', 'hex'));
  if (end < 0 || zip.readUInt32LE(end) !== END) throw new Error('not a ZIP file');
  let at = zip.readUInt32LE(end + 16);
  while (zip.readUInt32LE(at) === CENTRAL) {
    const local = zip.readUInt32LE(at + 42);
    if (zip.readUInt32LE(local) !== LOCAL) throw new Error('not a ZIP file');
    for (const place of [at + 12, local + 10]) {
      zip.writeUInt16LE(0, place);
      zip.writeUInt16LE(DOS_DATE, place + 2);
    }
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return zip;
}
