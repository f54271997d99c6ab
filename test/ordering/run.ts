// `npm run test:ordering -- --histories N --seed S [--gateway]`: as many histories as there is time for, and a report.

import { parseArgs } from 'node:util';
import { check, describe } from './check.ts';
import { gatewayStores } from './gateway-stores.ts';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    gateway: { type: 'boolean', default: false },
  },
});
const [runs, seed] = [Number(values.histories), Number(values.seed)];
const started = performance.now();
let played = 0;
const onPlayed = () => {
  played += 1;
  if (played % 1000 === 0) process.stderr.write(`${played} of ${runs}\n`);
};
const gateway = values.gateway ? await gatewayStores() : undefined;
try {
  const report = await check({ runs, seed, onPlayed, ...(gateway && { stores: gateway.stores }) });
  const seconds = Math.round((performance.now() - started) / 1000);
  const where = gateway ? 'RADOS Gateway' : 'memory';
  process.stdout.write(`seed        ${seed}\nstores      ${where}\n${describe(report)}\nseconds     ${seconds}\n`);
  process.exitCode = report.broken ? 1 : 0;
} finally {
  await gateway?.stop();
}
