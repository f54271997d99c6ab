// `npm run test:ordering -- --histories N --seed S [--about documents|reviews|adoptions] [--gateway]`: as many histories of
// each kind as there is time for, and a report.

import { parseArgs } from 'node:util';
import { adoptedAtRest, adoptions } from './adoptions.ts';
import { type Checking, check, describe } from './check.ts';
import { gatewayStores } from './gateway-stores.ts';
import { reviewedAtRest, reviews } from './reviews.ts';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    about: { type: 'string' },
    gateway: { type: 'boolean', default: false },
  },
});
const KINDS: Readonly<Record<string, Pick<Checking, 'about'>>> = {
  documents: {},
  reviews: { about: { histories: reviews, looks: reviewedAtRest } },
  adoptions: { about: { histories: adoptions, looks: adoptedAtRest } },
};
const [runs, seed] = [Number(values.histories), Number(values.seed)];
const gateway = values.gateway ? await gatewayStores() : undefined;
try {
  for (const [name, about] of Object.entries(KINDS).filter(([one]) => (values.about ?? one) === one)) {
    const started = performance.now();
    let played = 0;
    const onPlayed = () => {
      played += 1;
      if (played % 1000 === 0) process.stderr.write(`${name}: ${played} of ${runs}\n`);
    };
    const report = await check({ runs, seed, onPlayed, ...about, ...(gateway && { stores: gateway.stores }) });
    const seconds = Math.round((performance.now() - started) / 1000);
    const where = gateway ? 'RADOS Gateway' : 'memory';
    process.stdout.write(
      `about       ${name}\nseed        ${seed}\nstores      ${where}\n${describe(report)}\nseconds     ${seconds}\n\n`,
    );
    if (report.broken) process.exitCode = 1;
  }
} finally {
  await gateway?.stop();
}
