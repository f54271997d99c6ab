import { spawn } from 'node:child_process';
import { treeRssBytes } from './machine.ts';

const LOOK_MS = 50;

export type Watched = { readonly stdout: string; readonly peakRssBytes: number };

/** Runs a script in a process of its own and looks at its memory; rejects where it fails. */
export async function watched(args: readonly string[]): Promise<Watched> {
  const child = spawn(process.execPath, [...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  let peakRssBytes = 0;
  const timer = setInterval(() => {
    peakRssBytes = Math.max(peakRssBytes, treeRssBytes(child.pid ?? 0));
  }, LOOK_MS);
  const parts: Buffer[] = [];
  child.stdout.on('data', (part: Buffer) => parts.push(part));
  try {
    const code = await new Promise((resolve, reject) => {
      child.on('close', resolve);
      child.on('error', reject);
    });
    if (code !== 0) throw new Error(`the measured process ended with ${code}`);
  } finally {
    clearInterval(timer);
  }
  return { stdout: Buffer.concat(parts).toString('utf8'), peakRssBytes };
}
