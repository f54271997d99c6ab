// The updater of malware definitions, on a schedule: it fetches from the internet, and opens no document.

import { logDefinitionsAge, updateAndTell } from '../lib/definitions.ts';
import { readDefinitionsEnv } from '../lib/env.ts';
import { jsonLog } from '../lib/log.ts';
import { openBucket } from '../lib/places.ts';

const log = jsonLog();
const bucket = readDefinitionsEnv(process.env).SPOORLOOS_DEFINITIONS;
const store = openBucket(bucket);
const onAge = logDefinitionsAge(bucket, (line) => process.stdout.write(line));

export const handler = (): Promise<string> => updateAndTell(store, process.env, log, onAge);
