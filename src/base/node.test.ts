import { execFileSync } from 'node:child_process';
import {
  closeSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GansmithError, UsageError } from './errors.ts';
import {
  cacheFolder,
  describeSystemError,
  readFileOrThrow,
  removeLeftoverTemporaries,
  writeFileAtomic,
} from './node.ts';

/** The system calls fail on request: a full disk cannot be had otherwise on every machine. */
const failing = vi.hoisted(() => ({ call: '', code: '' }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof import('node:fs')>();
  const orFail =
    <A extends unknown[], R>(name: string, call: (...parameters: A) => R) =>
    (...parameters: A): R => {
      if (failing.call !== name) return call(...parameters);
      throw Object.assign(new Error(`${failing.code}: raw system text`), { code: failing.code });
    };
  return {
    ...real,
    openSync: orFail('openSync', real.openSync),
    writeSync: orFail('writeSync', real.writeSync),
    fsyncSync: orFail('fsyncSync', real.fsyncSync),
    renameSync: orFail('renameSync', real.renameSync),
    readFileSync: orFail('readFileSync', real.readFileSync),
  };
});

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gansmith-node-'));
  path = join(folder, 'last.bin');
});
afterEach(() => {
  failing.call = '';
  rmSync(folder, { recursive: true, force: true });
});

describe('writeFileAtomic', () => {
  it('writes bytes and text, replaces what was there, and leaves nothing else', () => {
    writeFileAtomic(path, Uint8Array.of(1, 2, 3));
    expect(Array.from(readFileSync(path))).toEqual([1, 2, 3]);
    writeFileAtomic(path, 'é');
    expect(readFileSync(path, 'utf8')).toBe('é');
    writeFileAtomic(path, '');
    expect(readFileSync(path).length).toBe(0);
    expect(readdirSync(folder)).toEqual(['last.bin']);
  });

  it('writes only the part of a buffer that a view shows', () => {
    writeFileAtomic(path, Uint8Array.of(1, 2, 3, 4).subarray(1, 3));
    expect(Array.from(readFileSync(path))).toEqual([2, 3]);
  });

  it('writes through a link, which stays one', () => {
    writeFileSync(path, 'old and longer');
    symlinkSync(path, join(folder, 'link'));
    writeFileAtomic(join(folder, 'link'), 'new');
    expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
    expect(readFileSync(path, 'utf8')).toBe('new');
    expect(readdirSync(folder).sort()).toEqual(['last.bin', 'link']);
  });

  it.skipIf(process.platform === 'win32')('writes into a pipe, which stays one', () => {
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, 'r+');
    writeFileAtomic(path, 'new');
    const bytes = Buffer.alloc(3);
    readSync(reader, bytes);
    closeSync(reader);
    expect(bytes.toString()).toBe('new');
    expect(lstatSync(path).isFIFO()).toBe(true);
  });

  it.each([
    ['openSync', 'EMFILE', 'too many files are open; close other programs and try again'],
    ['openSync', 'EACCES', 'permission denied; change its permissions or choose another folder'],
    ['openSync', 'EROFS', 'the disk is read-only; choose another folder'],
    ['writeSync', 'ENOSPC', 'the disk is full; free some space and try again'],
    ['fsyncSync', 'EDQUOT', 'your share of the disk is used up; free some space and try again'],
    ['renameSync', 'EPERM', 'permission denied; change its permissions or choose another folder'],
    ['writeSync', 'EIO', 'EIO: raw system text'],
  ])(
    'when %s fails with %s, says why, keeps the previous file and removes the temporary one',
    (call, code, reason) => {
      writeFileSync(path, 'good');
      Object.assign(failing, { call, code });
      const write = () => writeFileAtomic(path, 'new');
      expect(write).toThrow(GansmithError);
      expect(write).toThrow(`could not write ${path}: ${reason}`);
      failing.call = '';
      expect(readFileSync(path, 'utf8')).toBe('good');
      expect(readdirSync(folder)).toEqual(['last.bin']);
    },
  );

  it.each([
    ['a folder that does not exist', 'none/file', 'the folder does not exist; create it or choose another'],
    ['a folder', 'sub', 'it is a folder, not a file; choose another name'],
    ['a file as a folder', 'plain/file', 'a part of the path is a file, not a folder; choose another folder'],
  ])('refuses %s', (_, name, reason) => {
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'plain'), '');
    const write = () => writeFileAtomic(join(folder, name), 'new');
    expect(write).toThrow(GansmithError);
    expect(write).toThrow(`could not write ${join(folder, name)}: ${reason}`);
    expect(readdirSync(folder).sort()).toEqual(['plain', 'sub']);
  });
});

describe('removeLeftoverTemporaries', () => {
  it('removes what an interrupted write left, and nothing else', () => {
    const names = ['run.json', '.hidden', 'notes.partial', '.run.json.123.partial'];
    for (const name of names) writeFileSync(join(folder, name), '');
    removeLeftoverTemporaries(folder);
    expect(readdirSync(folder).sort()).toEqual(['.hidden', 'notes.partial', 'run.json']);
  });

  it('finds nothing in a folder that does not exist', () => {
    expect(() => removeLeftoverTemporaries(join(folder, 'none'))).not.toThrow();
  });
});

describe('readFileOrThrow', () => {
  it('gives the bytes', () => {
    writeFileSync(path, 'abc');
    expect(Array.from(readFileOrThrow(path, 'checkpoint'))).toEqual([97, 98, 99]);
  });

  it('says that a file is missing', () => {
    const read = () => readFileOrThrow(path, 'checkpoint');
    expect(read).toThrow(UsageError);
    expect(read).toThrow(`there is no checkpoint at ${path}`);
  });

  it('says why a file cannot be read', () => {
    Object.assign(failing, { call: 'readFileSync', code: 'EACCES' });
    const read = () => readFileOrThrow(path, 'checkpoint');
    expect(read).toThrow(GansmithError);
    expect(read).toThrow(`could not read ${path}: permission denied`);
    expect(() => readFileOrThrow(folder, 'checkpoint')).toThrow(GansmithError);
  });
});

describe('cacheFolder', () => {
  afterEach(() => vi.unstubAllEnvs());
  const folderFor = (own: string, common: string): string => {
    vi.stubEnv('GANSMITH_CACHE', own);
    vi.stubEnv('XDG_CACHE_HOME', common);
    return cacheFolder();
  };

  it('is where the user says, else among the caches', () => {
    expect(folderFor('my caches', '/caches')).toBe(resolve('my caches'));
    expect(folderFor('', '/caches')).toBe(join('/caches', 'gansmith'));
    expect(folderFor('', '').startsWith(homedir())).toBe(true);
  });
});

describe('describeSystemError', () => {
  it('gives the text of what it does not know', () => {
    expect(describeSystemError(new Error('strange'))).toBe('strange');
    expect(describeSystemError('thrown text')).toBe('thrown text');
  });
});
