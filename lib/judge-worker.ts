// The entry of a worker process: opens one workshop, examines one document per job. It answers with the verdict
// without the body; the body is the job's output, and whoever started us holds it against the proof again.

import { z } from 'zod';
import type { Limits } from './core/limits.ts';
import { waiving } from './core/policy.ts';
import { examine } from './core/sanitize.ts';
import { serveJobs } from './engines/serve-jobs.ts';
import { openWorkshop, policyFor } from './tools.ts';

const number = z.number();
const Opening = z.strictObject({
  // JSON leaves out what is undefined.
  policyFile: z.unknown().optional(),
  limits: z.strictObject({
    maxInputBytes: number,
    maxPdfBytes: number,
    maxExpandedBytes: number,
    maxRatio: number,
    maxSmallRatio: number,
    smallMemberBytes: number,
    maxMembers: number,
    maxDepth: number,
    maxXmlDepth: number,
    maxPixels: number,
    maxAnnotations: number,
    maxRenderedPages: number,
    cpuMs: number,
    wallMs: number,
    maxRssBytes: number,
  } satisfies Record<keyof Limits, z.ZodType<number>>),
});
const Message = z.strictObject({ name: z.string(), waived: z.array(z.string()) });

await serveJobs(async (data) => {
  const { policyFile, limits } = Opening.parse(data);
  const workshop = openWorkshop({ policy: policyFor(policyFile ?? undefined), limits });
  return async (untrusted, message) => {
    const { name, waived } = Message.parse(message);
    const policy = waiving(workshop.policy, waived);
    const examined = await examine(untrusted, name, { ...workshop, policy });
    if (examined.outcome === 'quarantined') return { answer: examined };
    const { body, ...answer } = examined;
    return { answer, output: body };
  };
});
