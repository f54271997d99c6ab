// Writes what the documents print from code: the tests hold them equal.

import { readFile, writeFile } from 'node:fs/promises';
import { Access, matrixTable, peopledConfig, scansTable, sendingTable } from '../support/access.ts';
import { reasonsTable } from '../support/reasons-table.ts';
import { SCANS } from '../support/scans-access.ts';
import { settingsTable } from '../support/settings-table.ts';
import { SHADOW } from '../support/shadow-access.ts';
import { resourcesOf } from '../support/template.ts';

const accessIn = (mode: 'enforce' | 'shadow') => new Access(resourcesOf(peopledConfig(mode)));
const access = accessIn('enforce');
const TABLES = {
  configuration: settingsTable(),
  status: reasonsTable(),
  'threat-model': [
    ...[matrixTable(access), sendingTable(access)],
    ...[SCANS, scansTable(new Access(resourcesOf(peopledConfig('enforce', 'guardduty'))))],
    ...[SHADOW, matrixTable(accessIn('shadow'))],
  ].join('\n\n'),
};

for (const [name, table] of Object.entries(TABLES)) {
  const path = new URL(`../../docs/${name}.md`, import.meta.url);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace(/(<!-- printed -->\n)[\s\S]*(\n<!-- \/printed -->)/, `$1${table}$2`));
}
