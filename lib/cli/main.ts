import { parseArgs } from 'node:util';
import { PolicyError } from '../core/policy.ts';
import { VERSION } from '../version.ts';
import { type Args, type Command, EXIT, type ExitCode, type Io, type Option, UsageError } from './command.ts';
import { commandNames, findCommand } from './commands.ts';
import { printable } from './printable.ts';

const HELP: Option = { type: 'boolean', says: 'show this help' };

/** Finds the command, parses its arguments, runs it, and turns what it throws into a message and an exit code. */
export async function main(argv: readonly string[], io: Io): Promise<ExitCode> {
  const [name, ...rest] = argv;
  if (name === '--version' || name === '-v') return say(io, VERSION);
  if (name === '--help' || name === '-h' || name === 'help') return say(io, await overview());
  const command = name === undefined ? undefined : await findCommand(name);
  if (!command) {
    io.err(name === undefined ? 'spoorloos: no command given' : `spoorloos: unknown command: ${printable(name)}`);
    io.err(`  the commands are ${commandNames.join(', ')}; spoorloos --help says what they do`);
    return EXIT.usage;
  }
  try {
    const args = parse(command, rest);
    if (args.flag('help')) return say(io, helpOf(command));
    return await command.run(args, io);
  } catch (error) {
    return explain(error, command, io);
  }
}

function parse(command: Command, argv: readonly string[]): Args {
  const options = { ...command.options, help: HELP };
  const declared = Object.fromEntries(Object.entries(options).map(([key, { type }]) => [key, { type }]));
  const { values, positionals } = parseArgs({
    args: [...argv],
    options: declared,
    allowPositionals: true,
    strict: true,
  });
  for (const [key, value] of Object.entries(values)) if (value === '') throw new UsageError(`--${key} needs a value`);
  const declaredValue = (key: string) => {
    if (!(key in options)) throw new Error(`${command.name} declares no option --${key}`);
    return values[key];
  };
  return {
    paths: positionals,
    text: (key) => {
      const value = declaredValue(key);
      return typeof value === 'string' ? value : undefined;
    },
    flag: (key) => declaredValue(key) === true,
  };
}

function explain(error: unknown, command: Command, io: Io): ExitCode {
  // An interrupt makes whatever was waiting throw; the signal is the whole story.
  if (io.signal.aborted) return EXIT.failed;
  const usage = (message: string, hint: string) => {
    io.err(`spoorloos ${command.name}: ${message}`);
    io.err(`  ${hint}`);
    return EXIT.usage;
  };
  if (error instanceof UsageError)
    return usage(printable(error.message), printable(error.hint ?? `usage: spoorloos ${command.usage}`));
  if (error instanceof PolicyError) {
    return usage(
      error.message.split('\n').map(printable).join('\n  '),
      'spoorloos formats --carriers lists what a policy can name',
    );
  }
  if (isParseError(error)) {
    // Node goes on about positional arguments after the first sentence.
    return usage(
      lowerFirst(printable(error.message.split(/\.( |$)/)[0] ?? error.message)),
      `usage: spoorloos ${command.usage}`,
    );
  }
  io.err(`spoorloos ${command.name}: ${printable(error instanceof Error ? error.message : String(error))}`);
  io.err('  this is a failure of the machine or of spoorloos, not of a document; spoorloos doctor looks for the cause');
  return EXIT.failed;
}

function isParseError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS_');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

async function overview(): Promise<string> {
  const width = Math.max(...commandNames.map(({ length }) => length));
  const rows: string[] = [];
  for (const name of commandNames) rows.push(`  ${name.padEnd(width)}  ${(await findCommand(name))?.summary}`);
  return [
    'usage: spoorloos COMMAND [OPTION…] [PATH…]',
    '',
    ...rows,
    '',
    'spoorloos COMMAND --help says more. Results go to stdout, talk to stderr.',
    'exit: 0 all published or clean, 1 something quarantined, 2 usage, 3 a failure of ours',
  ].join('\n');
}

function helpOf(command: Command): string {
  const options = Object.entries({ ...command.options, help: HELP });
  const names = options.map(([name, { value }]) => `--${name}${value ? ` ${value}` : ''}`);
  const width = Math.max(...names.map(({ length }) => length));
  const rows = options.map(([, { says }], row) => `  ${(names[row] ?? '').padEnd(width)}  ${says}`);
  return [`usage: spoorloos ${command.usage}`, command.summary, '', ...rows].join('\n');
}

function say(io: Io, text: string): ExitCode {
  io.out(text);
  return EXIT.published;
}
