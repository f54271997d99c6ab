import { Presets, SingleBar } from 'cli-progress';
import type { Io } from './command.ts';

export type Progress = {
  /** One more is done. */
  step(): void;
  /** Prints through `write` without tearing the bar. */
  above(write: () => void): void;
  end(): void;
};

const NONE: Progress = { step: () => undefined, above: (write) => write(), end: () => undefined };

/** A bar on stderr where that is a terminal, nothing elsewhere. */
export function showProgress(total: number, io: Pick<Io, 'isTty'>, { quiet }: { quiet: boolean }): Progress {
  if (!io.isTty.err || quiet || total === 0) return NONE;
  const format = '{bar} {value}/{total} documents, {duration_formatted}';
  const bar = new SingleBar(
    { format, stream: process.stderr, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return {
    step: () => bar.increment(),
    above(write) {
      // Both streams are usually the same terminal: empty the bar's line first, draw it anew below.
      process.stderr.write('\r\u001b[K');
      write();
      bar.render();
    },
    end: () => bar.stop(),
  };
}
