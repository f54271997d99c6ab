// `npm run test:ordering -- --histories N --seed S`: as many histories as there is time for, and a report.

import { parseArgs } from 'node:util';
import { check, describe } from './check.ts';

const { values } = parseArgs({
  options: { histories: { type: 'string', default: '10000' }, seed: { type: 'string', default: '1' } },
});
const runs = Number(values.histories);
const started = performance.now();
let played = 0;
const onPlayed = () => {
  played += 1;
  if (played % 1000 === 0) process.stderr.write(`${played} of ${runs}\n`);
};
const report = await check({ runs, seed: Number(values.seed), onPlayed });
process.stdout.write(`seed        ${values.seed}\n${describe(report)}\n`);
process.stdout.write(`seconds     ${Math.round((performance.now() - started) / 1000)}\n`);
process.exitCode = report.broken ? 1 : 0;
