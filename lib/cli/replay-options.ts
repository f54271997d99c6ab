// What the options of `replay` say, held against what they may say.

import { Rescan } from '../core/records.ts';
import type { RunLimits, RunPlan } from '../core/records-runs.ts';
import { DEFAULT_LIMITS } from '../replay/start.ts';
import { type Args, UsageError } from './command.ts';
import { printable } from './printable.ts';

const MEGABYTE = 1_000_000;

export function readMode(args: Args): RunPlan['mode'] {
  const mode = args.text('mode');
  if (mode === 'audit' || mode === 'enforce') return mode;
  throw new UsageError('--mode is audit or enforce');
}

export function readRescan(args: Args): Pick<RunPlan, 'rescan'> {
  const how = args.text('rescan');
  if (how === undefined) return {};
  const parsed = Rescan.safeParse(how);
  if (!parsed.success) throw new UsageError('--rescan is newer or all');
  return { rescan: parsed.data };
}

export function readLimits(args: Args): RunLimits {
  const megabytes = readPace(args, 'megabytes-per-day', 1);
  return {
    ...DEFAULT_LIMITS,
    ...(args.text('max-backlog') !== undefined && { maxBacklog: readCount(args, 'max-backlog', 1) }),
    ...(args.text('max-quarantined') !== undefined && { maxQuarantined: readShare(args, 'max-quarantined') }),
    dayMessages: readPace(args, 'per-day', 1) ?? null,
    dayBytes: megabytes == null ? null : megabytes * MEGABYTE,
  };
}

/** What `throttle` changes; at least one thing. */
export function readChange(args: Args) {
  const perMinute = readPace(args, 'per-minute', 0);
  const messages = readPace(args, 'per-day', 0);
  const megabytes = readPace(args, 'megabytes-per-day', 0);
  if (perMinute === undefined && messages === undefined && megabytes === undefined)
    throw new UsageError('throttle wants --per-minute, --per-day or --megabytes-per-day; 0 takes the limit away');
  const bytes = megabytes == null ? megabytes : megabytes * MEGABYTE;
  return { perMinute, messages, bytes };
}

/** Undefined where it is left out; null, where 0 may be said and is: no limit. */
export function readPace(args: Args, option: string, least: 0 | 1): number | null | undefined {
  if (args.text(option) === undefined) return undefined;
  const count = readCount(args, option, least);
  return count === 0 ? null : count;
}

function readCount(args: Args, option: string, least: number): number {
  const text = args.text(option) ?? '';
  const count = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (count < least) throw new UsageError(`--${option} is a number from ${least}, not ${printable(text) || 'nothing'}`);
  return count;
}

function readShare(args: Args, option: string): number {
  const share = Number(args.text(option));
  if (!(share >= 0 && share <= 1)) throw new UsageError(`--${option} is a share from 0 to 1`);
  return share;
}
