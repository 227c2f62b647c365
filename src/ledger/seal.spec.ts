import { createDecipheriv, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { Json } from './canonical.js';
import { entrySecret, isSealingKey, keyedFingerprint, newSealingKey, seal, SealError, unseal } from './seal.js';

const key = Buffer.alloc(32, 7);
const other = Buffer.alloc(32, 8);
const PLACE = 'person/p0123456789ab/a-command';
const NAME = { mail: 'hanako@city.example', name: '取手 花子' };

describe('What is sealed', () => {
  it('opens with its key in its place, to the very value', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ noUnicodeString: false, maxDepth: 2 }),
        fc.string({ unit: 'grapheme' }),
        (any, place) => {
          const value = { text: JSON.stringify(any), place };
          expect(unseal(seal(value, place, key), place, key)).toEqual(value);
        },
      ),
    );
  });

  it('opens nowhere else, and with no other key', () => {
    const sealed = seal(NAME, PLACE, key);
    for (const [place, tried] of [
      [`${PLACE}x`, key],
      ['', key],
      [PLACE, other],
    ] as const)
      expect(() => unseal(sealed, place, tried)).toThrow(SealError);
  });

  it('opens no longer when any bit of it was altered, or any of it is missing', () => {
    const bytes = Buffer.from(seal(NAME, PLACE, key), 'base64');
    for (let bit = 0; bit < bytes.length * 8; bit++) {
      const altered = Buffer.from(bytes);
      altered.writeUInt8(altered.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => unseal(altered.toString('base64'), PLACE, key)).toThrow(SealError);
    }
    for (let length = 0; length < bytes.length; length++)
      expect(() => unseal(bytes.subarray(0, length).toString('base64'), PLACE, key)).toThrow(SealError);
    expect(() => unseal('no base64!', PLACE, key)).toThrow(SealError);
  });

  it('tells nothing by its length, nor by being the same elsewhere', () => {
    const lengthOf = (value: Json): number => Buffer.from(seal(value, PLACE, key), 'base64').length;
    expect(new Set(['a', 'あ'.repeat(30), 'x'.repeat(200)].map((name) => lengthOf({ name })))).toEqual(
      new Set([12 + 256 + 16]),
    );
    expect(lengthOf({ name: 'x'.repeat(250) })).toBe(12 + 512 + 16);
    expect(seal(NAME, PLACE, key)).toBe(seal(NAME, PLACE, key));
    expect(seal(NAME, `${PLACE}2`, key).slice(0, 60)).not.toBe(seal(NAME, PLACE, key).slice(0, 60));
    expect(seal(NAME, PLACE, other).slice(0, 60)).not.toBe(seal(NAME, PLACE, key).slice(0, 60));
  });

  it('was sealed by an earlier version, and opens', () => {
    const golden = JSON.parse(readFileSync('test/golden/PersonDescribed.v1.json', 'utf8')).event.data.sealed;
    expect(unseal(golden, 'person/p0123456789ab/66519332-4ebb-8e9c-93c5-32a410e7cdde', key)).toEqual(NAME);
  });

  it('is AES-256-GCM, so that it can be read by whoever has the key and this description', () => {
    const bytes = Buffer.from(seal(NAME, PLACE, key), 'base64');
    const prk = createHmac('sha256', key).update('daicho/seal/v1').digest();
    const decipher = createDecipheriv('aes-256-gcm', createHmac('sha256', prk).digest(), bytes.subarray(0, 12));
    decipher.setAAD(Buffer.from(PLACE)).setAuthTag(bytes.subarray(-16));
    const text = Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()]).toString();
    expect(JSON.parse(text)).toEqual(NAME);
    expect(text).toBe(JSON.stringify(NAME).padEnd(text.length));
  });
});

describe('A fingerprint with a key', () => {
  it('is equal for equal values, and nobody without the key can try values out on it', () => {
    expect(keyedFingerprint({ a: '1', b: '2' }, key)).toBe(keyedFingerprint({ b: '2', a: '1' }, key));
    expect(keyedFingerprint(NAME, key)).not.toBe(keyedFingerprint({ ...NAME, name: '取手 花' }, key));
    expect(keyedFingerprint(NAME, key)).not.toBe(keyedFingerprint(NAME, other));
    expect(keyedFingerprint(NAME, key)).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe('The secret of an entry', () => {
  it('is 32 bytes that come from the key, another for each event', () => {
    expect(entrySecret('one', key)).toHaveLength(32);
    expect(entrySecret('one', key)).toEqual(entrySecret('one', key));
    expect(entrySecret('one', key)).not.toEqual(entrySecret('two', key));
    expect(entrySecret('one', key)).not.toEqual(entrySecret('one', other));
  });
});

describe('A key', () => {
  it('is 32 random bytes', () => {
    expect(isSealingKey(newSealingKey())).toBe(true);
    expect(newSealingKey()).not.toEqual(newSealingKey());
    expect(isSealingKey(new Uint8Array(31))).toBe(false);
  });
});
