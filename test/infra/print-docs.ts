// Writes what the documents print from code: the tests hold them equal.

import { readFile, writeFile } from 'node:fs/promises';
import { Access, matrixTable, peopledConfig } from '../support/access.ts';
import { settingsTable } from '../support/settings-table.ts';
import { resourcesOf } from '../support/template.ts';

const TABLES = {
  configuration: settingsTable(),
  'threat-model': matrixTable(new Access(resourcesOf(peopledConfig()))),
};

for (const [name, table] of Object.entries(TABLES)) {
  const path = new URL(`../../docs/${name}.md`, import.meta.url);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/(<!-- printed -->\n)[\s\S]*(\n<!-- \/printed -->)/, `$1${table}$2`));
}
