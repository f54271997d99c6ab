import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { recordSchemas } from '../lib/schemas.ts';
import { VERSION } from '../lib/version.ts';

const FOLDER = new URL('../schemas/', import.meta.url);

test('the published schemas are those that records are parsed with', async () => {
  const schemas = recordSchemas();
  expect((await readdir(FOLDER)).sort()).toEqual(
    Object.keys(schemas)
      .map((name) => `${name}.json`)
      .sort(),
  );
  for (const [name, schema] of Object.entries(schemas))
    expect(JSON.parse(await readFile(new URL(`${name}.json`, FOLDER), 'utf8')), name).toEqual(
      JSON.parse(JSON.stringify(schema)),
    );
});

test('records carry the version of the package', async () => {
  const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
  expect(VERSION).toBe(version);
});
