// A malware scan by clamd. What it alerts on besides signatures ('Heuristics.*', clamd.conf(5) Alert options) says
// what could not be looked at, and none of that is clean. Only the exact words for clean are clean.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Scanner, ScanResult } from '../core/scanner.ts';
import { type Address, ask, stream } from './clamd-protocol.ts';

export type ClamdOptions = {
  readonly name: 'clamd' | 'clamd-test-signatures';
  /** Asked for before every attempt: it may start a clamd, and start it again. Where it rejects, nothing is scanned. */
  readonly address: () => Promise<Address>;
  /** Attempts after the first. */
  readonly retries: number;
  /** For one attempt, from connecting to the reply. */
  readonly timeoutMs: number;
  /** More than this is not sent. */
  readonly maxBytes: number;
  readonly close?: () => Promise<void>;
};

const FIRST_PAUSE_MS = 100;
const VERSION_MS = 2000;
const KNOWN_MS = 60_000;

/** A scanner that never rejects: what clamd does not answer for is 'not-scanned'. */
export function clamd({ name, address, retries, timeoutMs, maxBytes, close }: ClamdOptions): Scanner {
  let known: { readonly of: string; readonly at: number; readonly definitions: number | undefined } | undefined;
  return {
    name,
    async definitions() {
      const where = await address().catch(() => undefined);
      if (!where) return undefined;
      const of = JSON.stringify(where);
      // An older number than the true one has a document scanned once too often, and no more.
      if (known?.of === of && performance.now() - known.at < KNOWN_MS) return known.definitions;
      const definitions = definitionsIn(await ask(where, 'VERSION', VERSION_MS).catch(() => ''));
      known = { of, at: performance.now(), definitions };
      return definitions;
    },
    async scan(untrusted) {
      if (untrusted.length > maxBytes) return { result: 'limit' };
      for (let attempt = 0; attempt <= retries; attempt++) {
        if (attempt > 0) await sleep(FIRST_PAUSE_MS * 4 ** (attempt - 1));
        const where = await address().catch(() => undefined);
        if (!where) break;
        const reply = await stream(where, untrusted, timeoutMs).catch(() => '');
        const result = resultOf(reply);
        if (result) return result;
      }
      return { result: 'not-scanned' };
    },
    close: async () => close?.(),
  };
}

/** `ClamAV 1.4.3/27811/Thu Nov 20 …`: the number of the daily definitions. Without official ones there is none. */
export function definitionsIn(version: string): number | undefined {
  const number = /^ClamAV [^/]{1,40}\/(\d{1,9})\//.exec(version)?.[1];
  return number === undefined ? undefined : Number(number);
}

/** What a reply says; undefined for errors and for what clamd does not say. */
export function resultOf(reply: string): ScanResult | undefined {
  if (reply === 'stream: OK') return { result: 'clean' };
  if (reply === 'INSTREAM size limit exceeded. ERROR') return { result: 'limit' };
  const signature = /^stream: (\S+) FOUND$/.exec(reply)?.[1];
  if (signature === undefined) return undefined;
  if (signature.startsWith('Heuristics.Encrypted.')) return { result: 'encrypted' };
  if (signature.startsWith('Heuristics.Limits.Exceeded')) return { result: 'limit' };
  if (signature.startsWith('Heuristics.OLE2.ContainsMacros')) return { result: 'macros' };
  return { result: 'malware' };
}
