import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepLayer, removeAbandoned } from './build.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'layers-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function make(name: string, content: string): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'file'), content);
  return path;
}

describe('layers of the image', () => {
  test('stay as the first of two runs made them', () => {
    const layer = join(folder, 'layer');
    keepLayer(make('first', 'one'), layer);
    keepLayer(make('second', 'two'), layer);
    expect(readFileSync(join(layer, 'file'), 'utf8')).toBe('one');
  });

  test('fail loudly where they cannot be kept', () => {
    expect(() => keepLayer(make('made', 'one'), join(folder, 'no', 'layer'))).toThrow('ENOENT');
  });

  test('of runs that were killed are removed, and of no other', () => {
    const hash = 'ad05e969d0924a9d';
    const abandoned = [hash, 'test'].map((what) => make(`spoorloos-image-${what}.4194304999-abcdef`, ''));
    const others = [`spoorloos-image-${hash}.${process.pid}-abcdef`, `spoorloos-image-${hash}`, 'other'];
    for (const name of others) make(name, '');
    removeAbandoned(folder);
    expect(abandoned.filter((path) => existsSync(path))).toEqual([]);
    expect(readdirSync(folder).sort()).toEqual([...others].sort());
  });
});
