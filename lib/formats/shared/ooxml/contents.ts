import type { Context } from '../../../core/format.ts';
import { contentOf } from '../zip.ts';
import { fittingExtension } from './names.ts';
import type { Package, Part } from './package.ts';
import { usedIds } from './references.ts';
import type { Xml } from './rounds.ts';

/** Sends pictures and embedded documents through the pipeline; those that cannot be cleaned lose their relationships. */
export async function cleanContents(pack: Package, parts: readonly Xml[], context: Context): Promise<void> {
  const done = new Map<string, boolean>();
  for (const owner of parts) {
    const used = usedIds(owner.document);
    for (let i = 0; i < owner.relationships.length; i++) {
      const judged = owner.relationships[i];
      if (judged?.fate.is !== 'part' || !used.has(judged.relationship.id)) continue;
      const key = judged.fate.member.toLowerCase();
      const target = pack.parts.get(key);
      const kind = target?.part?.kind;
      if (!target || (kind !== 'media' && kind !== 'package')) continue;
      const clean = done.get(key) ?? (await cleanContent(target, kind, context));
      done.set(key, clean);
      if (clean) continue;
      owner.relationships[i] = { ...judged, fate: { is: 'dropped' } };
      pack.accounted.add(key);
    }
  }
}

async function cleanContent(target: Part, kind: 'media' | 'package', context: Context): Promise<boolean> {
  const original = contentOf(target.member);
  const result = await context.embedded(original, target.job.what);
  if (result.outcome === 'published') {
    target.content = result.body;
    target.contentType = result.mediaType;
    target.extension = fittingExtension(target.member.name, result.mediaType, result.extension);
    return true;
  }
  const carrier = kind === 'media' ? 'media.unknown' : 'embedded.package';
  return !target.job.drop(carrier, target.job.what, [original]);
}
