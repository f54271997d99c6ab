// Documents that are deep, lead back to themselves or grow without end, judged as hostile ones are: by the worker pool with its limits.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type OpenJudge, openJudge } from '../../lib/judging.ts';
import { bombCases } from '../fixtures/pdf/bombs.ts';
import { deepCases } from '../fixtures/pdf/deep.ts';

let open: OpenJudge;
const crashes: string[] = [];
beforeAll(async () => {
  open = await openJudge({ scanner: 'none', jobs: 1, env: process.env, onCrash: ({ thrown }) => crashes.push(thrown) });
});
afterAll(() => open.close());

describe('the judge of deep documents and of bombs', () => {
  it.each([...deepCases, ...bombCases])('$shows', { timeout: 240_000 }, async ({ bytes, outcome, reason }) => {
    const verdict = await open.judge(await bytes(), { name: 'deep.pdf' });
    const said = verdict.outcome === 'quarantined' ? [verdict.reason, verdict.detail] : [];
    expect([verdict.outcome, said[0]], said[1]).toEqual([outcome, reason]);
    expect(crashes).toEqual([]);
  });
});
