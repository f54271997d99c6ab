// What may never be so in a state of the model, and what has to be so at rest.

import { knowing, type Options, type State, type Step } from './ordering-states.ts';
import { isInfected, isScanned, wordOn } from './ordering-words.ts';

/** Undefined where nothing is. */
export function whatIsWrong(
  state: State,
  isQuiet: boolean,
  program: readonly Step[],
  options: Options,
): string | undefined {
  const { bad, withhold, overlapping } = options;
  if (options.shadow) return whatIsWrongAside(state, isQuiet);
  const { staging, publicVersion, head, done, deleted, denied, word, allowed, late } = state;
  if (late) return 'published after its waiver had expired';
  if (state.restless) return 'judged again, though it was released and is public';
  if (bad.includes(publicVersion) && word?.version !== publicVersion && allowed?.version !== publicVersion)
    return `version ${publicVersion} is public and was quarantined`;
  const isCleared =
    !isScanned(publicVersion, options) ||
    state.released.includes(publicVersion) ||
    state.words.some(({ version, word }) => version === publicVersion && word === 'clean');
  if (!isCleared) return `version ${publicVersion} is public and was not found clean`;
  const isDown = head?.state === 'TAKEN_DOWN';
  // A removal, and the end of a take-down, has the edge stop refusing, and may be late; it is put right behind it.
  const isAllowed = program.includes('lift') || program.includes('delete');
  if (isDown && !denied && !isAllowed) return 'taken down, and the edge does not refuse it';
  if (!isQuiet) return undefined;
  const isListed = allowed?.version === staging;
  const isReleased = word?.version === staging || isListed;
  // What was released before its waiver expired stays.
  const isLetThrough =
    // Nobody asks for what was judged before it was allowed.
    isReleased && ((!isListed && word?.holds) || head?.state === 'DONE');
  const isFound = isScanned(staging, options) && wordOn(state, staging) !== 'clean';
  const isBad = state.known.includes(staging) || (!isLetThrough && (bad.includes(staging) || isFound));
  const says = `at rest: staging ${staging}, public ${publicVersion}, head ${head?.state}${denied ? ', denied' : ''}`;
  if (isInfected(publicVersion, knowing(state))) return `${says}, infected`;
  const order = program.findLast((step) => step === 'take down' || step === 'lift');
  if (overlapping ? isDown : order === 'take down')
    return isDown && head.previous === 'withheld' && publicVersion === 0 && denied ? undefined : says;
  if (denied) return says;
  if (staging === 0) return publicVersion === 0 && (!head || head.state === 'REMOVED') ? undefined : says;
  if (!isBad) return publicVersion === staging && head?.state === 'DONE' ? undefined : says;
  if (head?.state !== 'QUARANTINED') return says;
  if (withhold) return publicVersion === 0 ? undefined : says;
  if (isReleased && publicVersion === 0) return undefined;
  // Kept: the newest version that was promoted, or one whose promotion the overwrite interrupted; none that was deleted.
  const isKept = publicVersion >= done || isInfected(done, knowing(state));
  return isKept && (publicVersion === 0 || publicVersion > deleted) ? undefined : says;
}

/** Nothing but the record ever changes, and at rest it speaks of what staging holds. */
function whatIsWrongAside({ staging, publicVersion, head, record, messages }: State, isQuiet: boolean) {
  if (publicVersion !== 0 || head || messages.some(({ kind }) => kind !== 'reconcile')) return 'shadow mode acts';
  const says = `at rest: staging ${staging}, record ${record?.src.size}`;
  return isQuiet && staging !== 0 && record?.src.size !== staging ? says : undefined;
}
