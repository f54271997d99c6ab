// The protocol of clamd (clamd(8), COMMANDS): a zero-terminated command, for INSTREAM followed by chunks that have
// their length before them as 32 bits big endian and end with a length of zero; then one zero-terminated reply.

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Where a clamd listens: TCP, or a Unix socket. */
export type Address = { readonly host: string; readonly port: number } | { readonly path: string };

const CHUNK_BYTES = 256 * 1024;
const MAX_REPLY_CHARS = 4096;

/** Sends a plain command ('PING', 'VERSION') and resolves with the reply. Rejects when there is none in time. */
export function ask(address: Address, command: 'PING' | 'VERSION', timeoutMs: number): Promise<string> {
  return converse(address, timeoutMs, async (socket) => void socket.write(`z${command}\0`));
}

/** Streams the bytes and resolves with clamd's reply. Rejects when there is none in time, whatever the cause. */
export function stream(address: Address, untrusted: Uint8Array, timeoutMs: number): Promise<string> {
  return converse(address, timeoutMs, async (socket, replied) => {
    socket.write('zINSTREAM\0');
    for (let at = 0; at < untrusted.length; at += CHUNK_BYTES) {
      const chunk = untrusted.subarray(at, at + CHUNK_BYTES);
      socket.write(lengthOf(chunk.length));
      if (!socket.write(chunk)) await Promise.race([once(socket, 'drain'), replied]);
      // A reply before the end says that clamd reads no further (its limit of size).
      if (socket.destroyed || socket.readableEnded) return;
    }
    socket.write(lengthOf(0));
  });
}

async function converse(
  address: Address,
  timeoutMs: number,
  talk: (socket: Socket, replied: Promise<unknown>) => Promise<void>,
): Promise<string> {
  const socket = connect(address);
  const late = setTimeout(() => socket.destroy(new Error('clamd did not answer in time')), timeoutMs);
  try {
    const replied = replyOf(socket);
    // Both fail together when the socket does; the reply is the one that is waited for.
    replied.catch(() => undefined);
    await once(socket, 'connect');
    const talking = talk(socket, replied);
    talking.catch(() => undefined);
    return await replied;
  } finally {
    clearTimeout(late);
    socket.destroy();
  }
}

function replyOf(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let reply = '';
    socket.on('data', (chunk: Buffer) => {
      reply += chunk.toString('latin1');
      const end = reply.indexOf('\0');
      if (end >= 0) resolve(reply.slice(0, end).trim());
      else if (reply.length > MAX_REPLY_CHARS) reject(new Error('clamd answers without an end'));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('clamd closed the connection')));
  });
}

function lengthOf(bytes: number): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes);
  return length;
}
