import type { SanitizePlaces } from './core/carry-out.ts';
import type { IsolatedOptions } from './isolated.ts';
import type { Log } from './log.ts';

/** One line for each judged object: codes and numbers, and the version id, since a key can name a person. */
export function logVerdict(log: Log): NonNullable<SanitizePlaces['onVerdict']> {
  return (verdict, src, ms) => {
    const { outcome, format, scanner } = verdict;
    const reason = verdict.outcome === 'quarantined' ? verdict.reason : null;
    const level = reason === 'crashed' ? 'error' : 'info';
    log(level, 'judged', {
      versionId: src.versionId,
      outcome,
      reason,
      format,
      scanner,
      bytes: src.size,
      ms: Math.round(ms),
    });
  };
}

/** The same in shadow mode, under words of its own: nothing was published and nothing quarantined. */
export function logAside(log: Log): NonNullable<SanitizePlaces['onVerdict']> {
  return logVerdict((level, _, ...rest) => log(level, 'judged aside', ...rest));
}

/** A document made our code throw. It is safe in quarantine; the bug is ours, and the alarm listens for this line. */
export function logCrash(log: Log): NonNullable<IsolatedOptions['onCrash']> {
  return ({ thrown, frames }) =>
    log('error', 'a document crashed our code and is quarantined', { thrown, frames: frames.join(' | ') });
}
