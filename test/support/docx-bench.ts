import { LIMITS } from '../../lib/core/limits.ts';
import { readPolicy } from '../../lib/core/policy.ts';
import { examine, type Workshop } from '../../lib/core/sanitize.ts';
import { exiftool } from '../../lib/engines/exiftool.ts';
import { docx } from '../../lib/formats/docx/docx.ts';
import { jpeg } from '../../lib/formats/jpeg.ts';
import { png } from '../../lib/formats/png.ts';
import { contentOf, readZip } from '../../lib/formats/shared/zip.ts';
import { enginesWith } from '../../lib/tools.ts';

/** The pipeline with the formats that Word documents hold, for tests of what a policy does. */
export function docxBench() {
  const tags = exiftool(LIMITS);
  const engines = enginesWith(LIMITS, tags.read);
  return {
    judge(untrusted: Uint8Array, rules: Readonly<Record<string, string>> = {}) {
      const workshop: Workshop = {
        formats: [docx, jpeg, png],
        engines,
        limits: LIMITS,
        policy: readPolicy({ version: 1, rules }),
      };
      return examine(untrusted, 'document.docx', workshop);
    },
    close: () => tags.close(),
  };
}

/** The members of an archive as texts by name. */
export function membersOf(body: Uint8Array): Readonly<Record<string, string>> {
  return Object.fromEntries(
    readZip(body, LIMITS).members.map((member) => [member.name, contentOf(member).toString('latin1')]),
  );
}
