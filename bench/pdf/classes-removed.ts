import { inParallel } from '../machine.ts';
import { CLASSES, single } from './canary.ts';
import type { CarrierClass } from './carrier-class.ts';
import { inByteViews, marksLeft } from './marks.ts';
import type { Tool } from './tools.ts';

export type ClassResult = {
  readonly carrierClass: CarrierClass;
  /** 'held': the document was held back for a reason that is true. 'refused': for another, or the tool failed. */
  readonly result: 'removed' | 'held' | 'left' | 'refused' | 'absent';
  readonly detail: string;
  /** False where the findings name none of the carriers that a reader has to be told of. */
  readonly told: boolean;
};

/** Gives the tool a document for each class. 'absent' is our own fault: the marks are not even in the input. */
export async function classesRemoved(
  tool: Tool,
  atATime: number,
  classes: readonly CarrierClass[] = CLASSES,
): Promise<readonly ClassResult[]> {
  return inParallel(classes, atATime, async (carrierClass) => {
    const { bytes, marks } = single(carrierClass);
    const planted = marks.get(carrierClass) ?? [];
    const present = await inByteViews(bytes, planted);
    if (planted.length === 0 || present.length < planted.length)
      return { carrierClass, result: 'absent', detail: `${present.length} of ${planted.length}`, told: false };
    const cleaned = await tool.clean(bytes);
    const told =
      carrierClass.carriers.length === 0 || carrierClass.carriers.some((carrier) => cleaned.carriers.includes(carrier));
    if (cleaned.outcome === 'refused') {
      const isTrue = carrierClass.holds?.some((reason) => cleaned.reason.startsWith(`${reason}: `)) ?? false;
      return { carrierClass, result: isTrue ? 'held' : 'refused', detail: cleaned.reason, told };
    }
    const left = await marksLeft(cleaned.bytes, planted);
    const detail = left.map(({ mark, seenBy }) => `place ${placeOf(mark)} in ${seenBy}`).join(', ');
    return { carrierClass, result: left.length > 0 ? 'left' : 'removed', detail, told };
  });
}

/** The letter that the mark has for its place. */
function placeOf(mark: string): string {
  return mark.charAt('CANARY000'.length);
}

export function isDealtWith({ result }: ClassResult): boolean {
  return result === 'removed' || result === 'held';
}
