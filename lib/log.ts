// One JSON line an entry, on stderr. Nothing from inside a document is logged, and no object key, which can name a
// person: version ids, codes and numbers. An error's message may quote what it choked on, so only its name and the
// places in our code are written.

type Level = 'info' | 'warn' | 'error';
export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Log = (level: Level, message: string, fields?: Fields, error?: unknown) => void;

export function jsonLog(
  write: (line: string) => void = (line) => process.stderr.write(line),
  trace: () => string | undefined = () => traceIn(process.env),
): Log {
  return (level, message, fields = {}, error) => {
    const id = trace();
    const entry = {
      at: new Date().toISOString(),
      level,
      message,
      ...(id !== undefined && { trace: id }),
      ...fields,
      ...(error !== undefined && describe(error)),
    };
    write(`${JSON.stringify(entry)}\n`);
  };
}

/** The id of the X-Ray trace of the invocation in hand, where this is a Lambda: what joins its lines to the trace. */
export function traceIn(env: Readonly<Record<string, string | undefined>>): string | undefined {
  return /(?:^|;)Root=([\w-]{1,64})/.exec(env._X_AMZN_TRACE_ID ?? '')?.[1];
}

/** Name, system or service code, and stack places of an error and its causes, without their messages. */
export function describe(error: unknown): { readonly error: string; readonly stack?: string } {
  if (!(error instanceof Error)) return { error: typeof error };
  const code = 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : '';
  const places = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const cause = error.cause === undefined ? '' : ` < ${describe(error.cause).error}`;
  return {
    error: `${error.name}${code}${cause}`,
    stack: places
      .slice(0, 8)
      .map((line) => line.trim())
      .join(' | '),
  };
}

/** For what caches could not be told of: they show what was replaced until it expires. */
export function logOutdated(log: Log): (names: number) => void {
  return (names) => log('warn', 'caches are busy, and keep what was replaced until it expires', { names });
}
