import fc from 'fast-check';
import { CanonicalError, canonicalJson, parseCanonicalJson, type Json } from './canonical.js';

const refused = (value: unknown): { code: string; path: string } => {
  let text: string;
  try {
    text = canonicalJson(value as Json);
  } catch (error) {
    if (error instanceof CanonicalError) return { code: error.code, path: error.path };
    throw error;
  }
  throw new Error(`accepted: ${text}`);
};

describe('Canonical JSON, as RFC 8785 writes it', () => {
  it('the string and the literals of section 3.2.2', () => {
    expect(
      canonicalJson({ string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"/', literals: [null, true, false] }),
    ).toBe('{"literals":[null,true,false],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}');
  });

  it('the keys of section 3.2.3, by UTF-16 code unit', () => {
    const unsorted = {
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    };
    expect(Object.values(JSON.parse(canonicalJson(unsorted)) as object)).toHaveLength(7);
    expect(canonicalJson(unsorted)).toBe(
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control","ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😀":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    );
  });

  it('keys that look like array indexes stand where their text belongs', () => {
    expect(canonicalJson({ b: 1, '10': 2, '9': 3, '': 4 })).toBe('{"":4,"10":2,"9":3,"b":1}');
  });

  it('control characters with the short escapes where there are any, in lower case elsewhere', () => {
    expect(canonicalJson('\b\t\n\f\r\u0000\u001b\u001f')).toBe('"\\b\\t\\n\\f\\r\\u0000\\u001b\\u001f"');
    expect(canonicalJson('\u007f\u2028\u2029é令和')).toBe('"\u007f\u2028\u2029é令和"');
  });

  it('no normalization: composed and decomposed stay two texts', () => {
    expect(canonicalJson('が')).not.toBe(canonicalJson('か\u3099'));
  });

  it('the integers of appendix B', () => {
    expect(canonicalJson([0, -0, 9007199254740991, -9007199254740991])).toBe(
      '[0,0,9007199254740991,-9007199254740991]',
    );
  });

  it('nested, without space', () => {
    expect(canonicalJson({ b: [{ d: 1, c: [] }, {}], a: null })).toBe('{"a":null,"b":[{"c":[],"d":1},{}]}');
  });
});

describe('What canonical JSON does not say', () => {
  it('is told with its place', () => {
    const error = { name: 'CanonicalError', code: 'NOT_JSON' };
    expect(() => canonicalJson(undefined as never)).toThrow(
      expect.objectContaining({ ...error, message: 'NOT_JSON at $' }),
    );
    expect(() => canonicalJson({ a: [undefined] } as never)).toThrow(
      expect.objectContaining({ ...error, message: 'NOT_JSON at /a/0' }),
    );
  });

  it('numbers that another machine may read otherwise', () => {
    for (const number of [9007199254740992, -9007199254740992, 1e21, 0.5, 79.6, NaN, Infinity, -Infinity]) {
      expect(refused({ a: [number] })).toEqual({ code: 'UNSAFE_NUMBER', path: '/a/0' });
    }
  });

  it('halves of a surrogate pair, in values and keys', () => {
    for (const text of ['\ud83d', '\ude00', 'a\ud83db', '\ude00\ud83d', '\ud83d\ud83d\ude00']) {
      expect(refused(['x', text])).toEqual({ code: 'LONE_SURROGATE', path: '/1' });
      expect(refused({ [text]: 1 }).code).toBe('LONE_SURROGATE');
    }
    expect(canonicalJson('\ud83d\ude00')).toBe('"😀"');
  });

  it('undefined, but as a property, which is absent then', () => {
    expect(canonicalJson({ a: undefined, b: 1 })).toBe('{"b":1}');
    expect(refused(undefined)).toEqual({ code: 'NOT_JSON', path: '' });
    expect(refused({ a: [1, undefined] })).toEqual({ code: 'NOT_JSON', path: '/a/1' });
    const sparse: number[] = [];
    sparse[1] = 1;
    expect(refused(sparse)).toEqual({ code: 'NOT_JSON', path: '/0' });
  });

  it('values with a meaning of their own', () => {
    for (const value of [
      1n,
      Symbol('a'),
      () => 1,
      new Date(0),
      new Map(),
      new Set(),
      Buffer.from('a'),
      /a/,
      Object(1),
    ]) {
      expect(refused({ a: value })).toEqual({ code: 'NOT_JSON', path: '/a' });
    }
  });
});

describe('Any value', () => {
  const { json } = fc.letrec<{ json: Json }>((tie) => ({
    json: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.maxSafeInteger(),
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.array(tie('json'), { maxLength: 5 }),
      fc.dictionary(
        fc.string({ unit: 'binary' }).filter((key) => key !== '__proto__'),
        tie('json'),
        { maxKeys: 5 },
      ),
    ),
  }));
  /** The same value with all keys entered the other way round. */
  const turned = (value: Json): Json => {
    if (Array.isArray(value)) return (value as readonly Json[]).map(turned);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value as Record<string, Json>)
        .reverse()
        .map(([key, member]) => [key, turned(member)]),
    );
  };
  const withoutMinusZero = (value: Json): unknown => JSON.parse(JSON.stringify(value));

  it('is read again as it was', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(withoutMinusZero(value));
      }),
    );
  });

  it('has one text, whatever the order of its keys, and the text of that text is itself', () => {
    fc.assert(
      fc.property(json, (value) => {
        const text = canonicalJson(value);
        expect(canonicalJson(turned(value))).toBe(text);
        expect(canonicalJson(JSON.parse(text) as Json)).toBe(text);
      }),
    );
  });
});

describe('A text that is read', () => {
  it('is believed when it is the one that is written', () => {
    expect(parseCanonicalJson('{"a":[1,"目標"],"b":null}')).toEqual({ a: [1, '目標'], b: null });
  });

  it.each([
    ['keys out of order', '{"b":1,"a":2}'],
    ['a key that is there twice', '{"a":1,"a":1}'],
    ['a space', '{"a": 1}'],
    ['an escape that need not be', String.raw`"\u0061"`],
    ['minus zero', '-0'],
    ['a number that is not safe', '9007199254740993'],
    ['half a surrogate pair', String.raw`"\ud800"`],
    ['what is not JSON', '{"a":'],
  ])('is not, with %s', (_, text) => {
    expect(parseCanonicalJson(text)).toBeUndefined();
  });
});

describe('What has all its keys in order', () => {
  const WRITTEN = [
    ['a text', 'é'],
    ['a number', -1],
    ['nothing', null],
    ['yes and no', [true, false]],
    ['a list', [1, 'a', null]],
    ['an empty list', []],
    ['keys, also the empty one', { '': 0, A: [{}], a: { b: 'c' } }],
  ] as const;

  it.each(WRITTEN)('is written in one go: %s', (_name, value) => {
    const { stringify } = JSON;
    let calls = 0;
    JSON.stringify = (given: unknown) => {
      calls++;
      return stringify(given);
    };
    const text = canonicalJson(value);
    JSON.stringify = stringify;
    expect(calls).toBe(1);
    expect(JSON.parse(text)).toEqual(value);
  });

  it.each([
    ['keys that are not', { b: 1, a: 2 }, '{"a":2,"b":1}'],
    ['keys within a list', [{ b: 1, a: 2 }], '[{"a":2,"b":1}]'],
    ['numbers as keys, which JavaScript puts in another order', { 10: 'x', 9: 'y' }, '{"10":"x","9":"y"}'],
  ])('is told from %s', (_name, value, text) => {
    expect(canonicalJson(value)).toBe(text);
  });
});
