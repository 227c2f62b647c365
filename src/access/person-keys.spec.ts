import { linkSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PersonKeys } from './person-keys.js';

const person = 'p0123456789ab';

describe('The key of a person', () => {
  const parent = mkdtempSync(join(tmpdir(), 'daicho-keys-'));
  const folder = join(parent, 'people');
  const file = join(folder, `${person}.key`);
  const keys = new PersonKeys(folder);
  afterAll(() => {
    rmSync(parent, { recursive: true });
  });

  it('is there once it was made, the same for every process that shares the folder', () => {
    expect([keys.of(person), keys.people()]).toEqual([undefined, []]);
    const key = keys.make(person);
    expect(key).toHaveLength(32);
    expect(new PersonKeys(folder).make(person)).toEqual(key);
    expect(new PersonKeys(folder).of(person)).toEqual(key);
    expect(keys.make('pother')).not.toEqual(key);
    expect(keys.people()).toEqual([person, 'pother']);
  });

  it('is read by its owner only, and leaves no draft behind', () => {
    if (process.platform !== 'win32') {
      expect([statSync(folder).mode & 0o777, statSync(file).mode & 0o777]).toEqual([0o700, 0o600]);
    }
    expect(readdirSync(folder).sort()).toEqual([`${person}.key`, 'pother.key']);
  });

  it('is gone for ever once it is destroyed; another made later is another', () => {
    const key = keys.make(person);
    keys.destroy(person);
    keys.destroy(person);
    expect([keys.of(person), keys.people()]).toEqual([undefined, ['pother']]);
    expect(keys.make(person)).not.toEqual(key);
  });

  it('is written over before it is let go, so that another name of the same file shows nothing', () => {
    linkSync(file, join(parent, 'another name'));
    keys.destroy(person);
    expect(readFileSync(join(parent, 'another name'))).toEqual(Buffer.alloc(32));
  });

  it('that is no key is refused, and names its file', () => {
    writeFileSync(file, 'something else');
    expect(() => keys.of(person)).toThrow(file);
    for (const strange of ['../admin-token', 'P1', '']) expect(() => keys.make(strange)).toThrow(RangeError);
  });
});
