/** What the process answers with. A failure of ours outranks a quarantined document. */
export const EXIT = { published: 0, quarantined: 1, usage: 2, failed: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The process as a command sees it. Results go to `out`, talk to `err`; each call is one line. */
export type Io = {
  out(line: string): void;
  err(line: string): void;
  readonly isTty: { readonly out: boolean; readonly err: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by the first interrupt: the command ends cleanly and soon. */
  readonly signal: AbortSignal;
};

export type Option = {
  readonly type: 'string' | 'boolean';
  /** What stands after a string option in the help: 'DIR'. */
  readonly value?: string;
  readonly says: string;
};

/** Parsed arguments. Asking for an option that the command does not declare is a bug and throws. */
export type Args = {
  readonly paths: readonly string[];
  text(option: string): string | undefined;
  flag(option: string): boolean;
};

/** One command, in a file of its own. `run` rejects with UsageError, or with other errors for failures of ours. */
export type Command = {
  readonly name: string;
  readonly usage: string;
  readonly summary: string;
  readonly options: Readonly<Record<string, Option>>;
  run(args: Args, io: Io): Promise<ExitCode>;
};

/** The command line is at fault, or a file that it names as configuration. The hint says what to do instead. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly hint: string | undefined;
  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
