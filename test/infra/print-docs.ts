// Writes what the documents print from code: the tests hold them equal.

import { readFile, writeFile } from 'node:fs/promises';
import { settingsTable } from '../support/settings-table.ts';

const path = new URL('../../docs/configuration.md', import.meta.url);
const [before = ''] = (await readFile(path, 'utf8')).split('| setting |');
await writeFile(path, `${before}${settingsTable()}\n`);
