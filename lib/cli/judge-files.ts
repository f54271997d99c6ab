import type { Finding } from '../core/finding.ts';
import type { Reason } from '../core/refusal.ts';
import type { Judge, Published, ScannerName } from '../core/verdict.ts';
import type { OpenJudge } from '../judging.ts';
import { codeOf, type Input } from './list-inputs.ts';
import { readUnchanged } from './read-unchanged.ts';

/** The code is for programs, the message for people: it speaks of the machine, never of the document. */
export type Failure = { readonly code: string; readonly message?: string };

type Measured = { readonly bytes: number; readonly sha256: string };

/** What became of one input file. `error` is ours or the machine's; the document has no verdict then. */
export type Result =
  | {
      readonly file: string;
      readonly ms: number;
      readonly outcome: 'published' | 'quarantined';
      readonly format: string | null;
      readonly mediaType: string | null;
      readonly reason: Reason | null;
      readonly detail: string | null;
      readonly findings: readonly Finding[];
      readonly scanner: ScannerName;
      readonly input: Measured;
      readonly output: (Measured & { readonly path: string }) | null;
    }
  | { readonly file: string; readonly ms: number; readonly outcome: null; readonly error: Failure };

/** What is done with a published document: where it went, or why it cannot be published after all. */
export type Publish = (
  input: Input,
  published: Published,
) => Promise<{ readonly path: string } | { readonly quarantined: Reason; readonly detail: string } | null>;

/** Judges the inputs, `jobs` at a time and in order of start, and hands each result on as it is known. */
export async function judgeFiles(
  inputs: readonly Input[],
  { judge, limits }: Pick<OpenJudge, 'judge' | 'limits'>,
  options: {
    readonly jobs: number;
    readonly signal: AbortSignal;
    readonly publish: Publish;
    onResult(result: Result): void;
  },
): Promise<void> {
  const { jobs, signal, publish, onResult } = options;
  const waiting = inputs.values();
  const work = async () => {
    for (const input of waiting) {
      if (signal.aborted) return;
      const result = await judgeFile(input);
      // What was cut short by an interrupt is not the document's fault, nor a failure to report.
      if (signal.aborted && result.outcome !== 'published') return;
      onResult(result);
    }
  };

  async function judgeFile(input: Input): Promise<Result> {
    const started = performance.now();
    const ms = () => Math.round((performance.now() - started) * 10) / 10;
    const { file } = input;
    try {
      const { body, ...measured } = await readUnchanged(file, limits.maxInputBytes);
      const verdict = body
        ? await untilAborted(judge(body, { name: input.relative }), signal)
        : tooLarge(measured.bytes);
      const { outcome, format, mediaType, findings } = verdict;
      const about = { file, format, mediaType, findings, scanner: verdict.scanner, input: measured };
      if (verdict.outcome === 'quarantined') {
        return { ...about, outcome, reason: verdict.reason, detail: verdict.detail, output: null, ms: ms() };
      }
      const put = await publish(input, verdict);
      if (put && 'quarantined' in put) {
        return {
          ...about,
          outcome: 'quarantined',
          reason: put.quarantined,
          detail: put.detail,
          output: null,
          ms: ms(),
        };
      }
      const { bytes, sha256 } = verdict.proof;
      const output = put && { path: put.path, bytes, sha256 };
      return { ...about, outcome, reason: null, detail: null, output, ms: ms() };
    } catch (error) {
      return { file, outcome: null, error: failureOf(error), ms: ms() };
    }
  }

  await Promise.all(Array.from({ length: Math.min(jobs, inputs.length) }, work));
}

function failureOf(error: unknown): Failure {
  const code = codeOf(error);
  return error instanceof Error ? { code, message: error.message } : { code };
}

type Verdict = Awaited<ReturnType<Judge>>;

/** Neither examined nor scanned: nothing of it was kept in memory. */
function tooLarge(bytes: number): Verdict {
  const detail = `${bytes} bytes of input`;
  const about = { format: null, mediaType: null, findings: [], scanner: 'not-run' } as const;
  return { outcome: 'quarantined', reason: 'limit', detail, ...about };
}

/** Whoever waits for a judge goes on at once when interrupted; the judge itself is closed by its owner. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', abort);
    work.catch(() => undefined);
    aborted.promise.catch(() => undefined);
  }
}
