// What is on record beside a case, as text: whether its document was ever public, its other cases, and what was
// published by its release.

import type { Past } from '../review/past.ts';

export function pastLines(past: Past): readonly (readonly [string, string])[] {
  const { isPublic, wasThere, stretches, others, twins, released, isCut, hasMore, hasMoreReleased } = past;
  const lines: (readonly [string, string])[] = [['public', sentence(isPublic, wasThere, stretches.length > 0)]];
  for (const { fromMs, toMs, isThis } of stretches)
    lines.push(['', `from ${iso(fromMs)} to ${toMs === undefined ? '…' : iso(toMs)}${isThis ? ', this version' : ''}`]);
  if (isCut) lines.push(['', 'and perhaps earlier']);
  for (const { evidence, review } of others) lines.push(['other case', `${evidence.caseId} ${review.state}`]);
  for (const { evidence, review } of twins)
    lines.push(['same bytes', `${evidence.caseId} ${review.state} ${evidence.key}`]);
  if (hasMore) lines.push(['', 'and more cases']);
  for (const { key, atMs } of released) lines.push(['published', `${iso(atMs)} by this release: ${key}`]);
  if (hasMoreReleased) lines.push(['', 'and more documents']);
  return lines;
}

function sentence(isPublic: boolean | undefined, wasThere: boolean, isKnown: boolean): string {
  if (isPublic === undefined) return 'it is being changed at this moment';
  if (isPublic) return 'a version of it is public now';
  return isKnown || wasThere ? 'not now, but it was' : 'never, as far as there is a record';
}

const iso = (ms: number) => new Date(ms).toISOString();
