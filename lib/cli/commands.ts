import type { Command } from './command.ts';

// Each command is loaded when it is used: `formats` must not wait for the AWS SDK.
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  clean: async () => (await import('./clean.ts')).clean,
  inspect: async () => (await import('./inspect.ts')).inspect,
  local: async () => (await import('./local.ts')).local,
  worker: async () => (await import('./worker.ts')).worker,
  takedown: async () => (await import('./takedown.ts')).takedown,
  untakedown: async () => (await import('./untakedown.ts')).untakedown,
  quarantine: async () => (await import('./quarantine.ts')).quarantine,
  status: async () => (await import('./status.ts')).status,
  events: async () => (await import('./events.ts')).events,
  remind: async () => (await import('./remind.ts')).remind,
  recover: async () => (await import('./recover.ts')).recoverCommand,
  sweep: async () => (await import('./sweep.ts')).sweepCommand,
  canary: async () => (await import('./canary.ts')).canary,
  replay: async () => (await import('./replay.ts')).replay,
  policy: async () => (await import('./policy.ts')).policy,
  formats: async () => (await import('./formats.ts')).formats,
  definitions: async () => (await import('./definitions.ts')).definitions,
  doctor: async () => (await import('./doctor.ts')).doctor,
};

export const commandNames: readonly string[] = Object.keys(commands);

/** The command of that name, or undefined. */
export async function findCommand(name: string): Promise<Command | undefined> {
  return Object.hasOwn(commands, name) ? commands[name]?.() : undefined;
}
