// The rig of the pipeline with a judge that goes by policy: a document is a list of carriers, one a word, and what is
// published is the list of those that stay, flattened ones marked. Findings and refusals are the pipeline's own.

import { collectFindings } from '../../lib/core/findings.ts';
import type { Policy } from '../../lib/core/policy.ts';
import { Refusal } from '../../lib/core/refusal.ts';
import type { Judge } from '../../lib/core/verdict.ts';
import { admit, sha256 } from '../../lib/core/verify.ts';
import { knownCarriers } from '../../lib/tools.ts';
import { type Rig, rig, TERMS } from './pipeline-rig.ts';

export function ruledJudge(policy: Policy): Judge {
  return async (untrusted) => {
    const words = Buffer.from(untrusted).toString().split(' ');
    const findings = collectFindings(knownCarriers(), policy);
    const about = { format: 'docx', mediaType: 'text/plain', scanner: 'none' } as const;
    try {
      const kept = words.flatMap((word) => {
        if (word === 'broken') throw new Refusal('malformed', 'cut off');
        const action = word === '' ? 'keep' : findings.found(word, 'part 1');
        return action === 'keep' ? [word] : action === 'flatten' ? [`flat:${word}`] : [];
      });
      findings.refuseQuarantined();
      const bytes = Buffer.from(kept.join(' '));
      const proof = { sha256: sha256(bytes), bytes: bytes.length, checks: ['test'] };
      const result = {
        outcome: 'published',
        extension: 'docx',
        renamed: false,
        body: admit(bytes, proof),
        proof,
      } as const;
      return { ...about, ...result, findings: findings.list() };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const { reason, detail } = error;
      return { ...about, outcome: 'quarantined', reason, detail, findings: findings.list() };
    }
  };
}

/** Judges by the policy from now on, under its hash. */
export function putInForce(made: Rig, policy: Policy, version: string = TERMS.version): void {
  Object.assign(made.sanitize, { judge: ruledJudge(policy), terms: { policy: policy.hash, version } });
}

export async function ruledRig(policy: Policy, documents: Readonly<Record<string, string>>): Promise<Rig> {
  const made = rig();
  putInForce(made, policy);
  for (const [key, words] of Object.entries(documents)) await made.put(key, words);
  await made.drain(5000);
  return made;
}
