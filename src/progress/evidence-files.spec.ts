import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EVIDENCE_BYTES_MAX, EvidenceFiles } from './evidence-files.js';

const of = { planKey: 'toride-5', measureNo: '1-1-5' };
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';

/** A ZIP archive of empty files. */
function zipOf(...names: string[]): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const name of names) {
    const local = Buffer.alloc(30);
    local.write('PK\x03\x04', 'latin1');
    local.writeUInt16LE(Buffer.byteLength(name), 26);
    const header = Buffer.alloc(46);
    header.write('PK\x01\x02', 'latin1');
    header.writeUInt16LE(Buffer.byteLength(name), 28);
    header.writeUInt32LE(at, 42);
    parts.push(local, Buffer.from(name));
    directory.push(header, Buffer.from(name));
    at += 30 + Buffer.byteLength(name);
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(names.length, 8);
  end.writeUInt16LE(names.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...parts, central, end]);
}

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const PNG = latin1('\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR');
const JPEG = latin1('\xff\xd8\xff\xe0\x00\x10JFIF\x00\xff\xd9');
const SHEET = ['[Content_Types].xml', 'xl/workbook.xml'];

describe('A file of evidence', () => {
  const folder = mkdtempSync(join(tmpdir(), 'daicho-evidence-'));
  const files = new EvidenceFiles(folder);
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });
  const outcome = (file: Buffer, mediaType: string): Promise<string> =>
    files.keep(file, mediaType, of).then(
      () => 'kept',
      (error: unknown) => (error as { code: string }).code,
    );

  const sound: [string, Buffer, string][] = [
    ['PDF', latin1('%PDF-1.7\n%%EOF\n'), 'application/pdf'],
    ['PNG', PNG, 'image/png'],
    ['JPEG', JPEG, 'image/jpeg'],
    ['JPEG filled up with zeros', Buffer.concat([JPEG, Buffer.alloc(8)]), 'image/jpeg'],
    ['sheet', zipOf(...SHEET), XLSX],
    ['document', zipOf('[Content_Types].xml', 'word/document.xml'), DOCX],
    ['table', Buffer.from('件数,612\n'), 'text/csv'],
    ['text, whatever stands in it', Buffer.from('<script>alert(1)</script>'), 'text/plain'],
  ];
  it.each(sound)('is kept when it is what it says: a %s', async (_, file, mediaType) => {
    expect(await outcome(file, mediaType)).toBe('kept');
  });

  const others: [string, Buffer, string][] = [
    ['a PDF that is cut off', latin1('%PDF-1.7\n1 0 obj'), 'application/pdf'],
    ['a PNG of its signature only', latin1('\x89PNG\r\n\x1a\n<script>'), 'image/png'],
    ['a JPEG without its end', latin1('\xff\xd8\xff\xe0<script>'), 'image/jpeg'],
    ['a sheet with macros', zipOf(...SHEET, 'xl/vbaProject.bin'), XLSX],
    ['a document with macros', zipOf('[Content_Types].xml', 'word/document.xml', 'word/VBAProject.BIN'), DOCX],
    ['a document called a sheet', zipOf('[Content_Types].xml', 'word/document.xml'), XLSX],
    ['an archive of other things', zipOf('xl/workbook.xml'), XLSX],
    ['a sheet that is cut off', zipOf(...SHEET).subarray(0, 80), XLSX],
    ['text with bytes of zero', latin1('a\x00b'), 'text/csv'],
    ['a page', Buffer.from('<p>'), 'text/html'],
  ];
  it.each(others)('is refused when it is not: %s', async (_, file, mediaType) => {
    expect(await outcome(file, mediaType)).toBe('EVIDENCE_TYPE');
  });

  it('is neither empty nor too large', async () => {
    expect(await outcome(Buffer.alloc(0), 'text/csv')).toBe('EVIDENCE_EMPTY');
    expect(await outcome(Buffer.alloc(EVIDENCE_BYTES_MAX + 1, 'a'), 'text/csv')).toBe('EVIDENCE_TOO_LARGE');
  });

  it('is found for the measures it was handed in for, and no others', async () => {
    const file = Buffer.from('件数,613\n');
    const { sha256 } = await files.keep(file, 'text/csv', of);
    const another = { ...of, measureNo: '../1-1-5' };
    expect(await files.findFor(sha256, of)).toEqual({ sha256, mediaType: 'text/csv', bytes: file.length });
    expect(await files.findFor(sha256, another)).toBeUndefined();
    await files.keep(file, 'text/csv', another);
    expect(await files.findFor(sha256, another)).toBeDefined();
    expect(await files.findFor('0'.repeat(64), of)).toBeUndefined();
  });
});
