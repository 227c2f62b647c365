import { zipOf } from '../../test/support/zip.js';
import { readBook, type ReadSheet } from './read-book.js';

type Parts = readonly (readonly [name: string, content: string])[];

const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const relations = (...all: readonly (readonly [id: string, type: string, target: string])[]): string =>
  `<Relationships>${all.map(([id, type, target]) => `<Relationship Id="${id}" Type="${RELATIONS}/${type}" Target="${target}"/>`).join('')}</Relationships>`;

const WORKBOOK: Parts = [
  ['_rels/.rels', relations(['r', 'officeDocument', 'xl/workbook.xml'])],
  ['xl/workbook.xml', '<workbook><sheets><sheet name="表" sheetId="1" r:id="s"/></sheets></workbook>'],
  [
    'xl/_rels/workbook.xml.rels',
    relations(
      ['s', 'worksheet', 'worksheets/sheet1.xml'],
      ['t', 'sharedStrings', 'sharedStrings.xml'],
      ['y', 'styles', '/xl/styles.xml'],
    ),
  ],
];

/** A workbook of one sheet; `parts` take the place of those that are there anyway. */
const bookOf = (data: string, parts: Parts = []): Buffer => {
  const all = new Map([
    ...WORKBOOK,
    ['xl/worksheets/sheet1.xml', `<worksheet><sheetData>${data}</sheetData></worksheet>`] as const,
    ...parts,
  ]);
  return zipOf([...all]);
};
const sheetOf = async (data: string, parts: Parts = []): Promise<ReadSheet> => {
  const [sheet] = await readBook(bookOf(data, parts));
  if (!sheet) throw new Error('no sheet');
  return sheet;
};
const said = (sheet: ReadSheet): string[] =>
  sheet.rows.flatMap((row) => sheet.cellsIn(row).map(([, { at, kind, text }]) => `${at} ${kind} ${text}`));

describe('A workbook', () => {
  it('says texts: shared, its own, in several runs, over several lines, without their readings', async () => {
    const sheet = await sheetOf(
      '<row r="2"><c r="B2" t="s"><v>0</v></c><c t="s"><v>1</v></c>' +
        '<c r="E2" t="inlineStr"><is><r><t>取手</t></r><r><t xml:space="preserve"> 市</t></r></is></c></row>' +
        '<row><c t="inlineStr"><is><t>一行目_x000D_\n二行目 &amp; _x3042_</t><rPh><t>イチ</t></rPh></is></c></row>',
      [
        [
          'xl/sharedStrings.xml',
          '<sst><si><t>国保年金課</t><rPh sb="0" eb="5"><t>コクホ</t></rPh></si><si><r><t>窓</t></r><r><t>口</t></r></si></sst>',
        ],
      ],
    );
    expect(sheet.name).toBe('表');
    expect(said(sheet)).toEqual([
      ...['B2 text 国保年金課', 'C2 text 窓口', 'E2 text 取手 市'],
      'A3 text 一行目\n二行目 & あ',
    ]);
    expect(sheet.cell(9, 28)).toEqual({ at: 'AB9', kind: 'text', text: '', isMerged: false });
  });

  it('says numbers, days by their format, formulas, and what is neither', async () => {
    const formats = [
      ['164', '[$-411]ggge&quot;年&quot;m&quot;月&quot;'],
      ['165', '0.00E+00'],
      ['166', '#,##0&quot;days&quot;;[Red]\\d0'],
      ['167', '0.0%'],
    ] as const;
    const styles = `<styleSheet><numFmts>${formats.map(([id, code]) => `<numFmt numFmtId="${id}" formatCode="${code}"/>`).join('')}</numFmts>
      <cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
      <cellXfs>${['0', '14', '164', '165', '166', '57', '167', '9'].map((id) => `<xf numFmtId="${id}"/>`).join('')}</cellXfs></styleSheet>`;
    const number = (style: number, value: string): string => `<c s="${String(style)}"><v>${value}</v></c>`;
    const sheet = await sheetOf(
      `<row>${number(0, '79.60')}${number(1, '36895')}${number(2, '59')}${number(3, '36895')}${number(4, '12')}${number(5, '46022.75')}${number(6, '0.815')}${number(7, '0.07')}</row>
       <row><c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c t="d"><v>2026-03-31T00:00:00</v></c><c t="str"><f>A1&amp;"x"</f><v>79.6x</v></c>
       <c><f t="shared" si="0"/><v>5</v></c><c s="1"/></row>`,
      [['xl/styles.xml', styles]],
    );
    expect(said(sheet)).toEqual([
      ...['A1 number 79.6', 'B1 date 2001-01-04', 'C1 date 1900-02-28', 'D1 number 36895', 'E1 number 12'],
      ...[
        'F1 date 2025-12-31',
        'G1 other 81.5%',
        'H1 other 7%',
        'A2 other TRUE',
        'B2 other #REF!',
        'C2 date 2026-03-31',
        'D2 formula =A1&"x"',
        'E2 formula =5',
      ],
    ]);
  });

  it('counts days from 1904 where the workbook says so', async () => {
    const sheet = await sheetOf('<row><c s="0"><v>0</v></c></row>', [
      ['xl/styles.xml', '<styleSheet><cellXfs><xf numFmtId="14"/></cellXfs></styleSheet>'],
      [
        'xl/workbook.xml',
        '<workbook><workbookPr date1904="1"/><sheets><sheet name="表" r:id="s"/></sheets></workbook>',
      ],
    ]);
    expect(said(sheet)).toEqual(['A1 date 1904-01-01']);
  });

  it('may have prefixes, as some programs write them', async () => {
    const sheet = await sheetOf('', [
      [
        'xl/worksheets/sheet1.xml',
        '<x:worksheet><x:sheetData><x:row r="1"><x:c r="A1"><x:v>7</x:v></x:c></x:row></x:sheetData></x:worksheet>',
      ],
    ]);
    expect(said(sheet)).toEqual(['A1 number 7']);
  });

  it('may end anywhere, be merged all over and have notes: only what stands in it counts', async () => {
    const sheet = await sheetOf('', [
      [
        'xl/worksheets/sheet1.xml',
        `<worksheet><sheetData><row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>端</t></is></c></row></sheetData>
         <mergeCells><mergeCell ref="A1:XFC1048576"/></mergeCells>
         <dataValidations><dataValidation sqref="A1:XFD1048576"/></dataValidations></worksheet>`,
      ],
      ['xl/worksheets/_rels/sheet1.xml.rels', relations(['c', 'comments', '/xl/comments/comment1.xml'])],
      [
        'xl/comments/comment1.xml',
        '<comments><commentList><comment ref="N11"><text/></comment></commentList></comments>',
      ],
    ]);
    expect(said(sheet)).toEqual(['XFD1048576 text 端']);
    expect([sheet.cell(1, 1).isMerged, sheet.cell(1_048_576, 16_384).isMerged]).toEqual([true, false]);
    expect(sheet.comments).toEqual(['N11']);
  });

  const cells = (count: number): string =>
    `<row>${Array.from({ length: count }, (_, i) => `<c r="A${String(i + 1)}"><v>${String((i * 7919) % 999_983)}</v></c></row><row>`).join('')}</row>`;
  const merges = Array.from({ length: 1_001 }, () => '<mergeCell ref="A1:B2"/>').join('');

  it.each<[string, Buffer, string]>([
    [
      'a cell that no sheet has',
      bookOf('<row r="1"><c r="ZZZZZ99999999999"><v>1</v></c></row>'),
      'SHEET_NOT_A_WORKBOOK',
    ],
    ['a column beyond the last', bookOf('<row r="1"><c r="XFE1"><v>1</v></c></row>'), 'SHEET_NOT_A_WORKBOOK'],
    ['a row beyond the last', bookOf('<row r="1048577"><c><v>1</v></c></row>'), 'SHEET_NOT_A_WORKBOOK'],
    ['a number that is none', bookOf('<row><c><v>1,200</v></c></row>'), 'SHEET_NOT_A_WORKBOOK'],
    ['XML that does not end', bookOf('<row><c>'), 'SHEET_NOT_A_WORKBOOK'],
    ['entities of its own', bookOf('<row><c t="str"><v>&lol;</v></c></row>'), 'SHEET_NOT_A_WORKBOOK'],
    ['no workbook in it', zipOf([['hello.txt', 'hello']]), 'SHEET_NOT_A_WORKBOOK'],
    ['two parts of one name', zipOf([...WORKBOOK, ['XL/workbook.xml', '<workbook/>']]), 'SHEET_NOT_A_WORKBOOK'],
    ['more merged areas than a form can have', bookOf(`</sheetData>${merges}<sheetData>`), 'SHEET_TOO_LARGE'],
    ['more cells than a form can have', bookOf(cells(200_001)), 'SHEET_TOO_LARGE'],
  ])('is refused with %s', async (_what, file, code) => {
    await expect(readBook(file)).rejects.toMatchObject({ code });
  });
});
