import { writeFile } from 'node:fs/promises';
import { recordSchemas } from '../lib/schemas.ts';

for (const [name, schema] of Object.entries(recordSchemas()))
  await writeFile(new URL(`../schemas/${name}.json`, import.meta.url), `${JSON.stringify(schema, null, 2)}\n`);
