import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { z } from 'zod';
import type { Address } from '../../lib/scanners/clamd-protocol.ts';

export type FakeClamd = {
  readonly address: Address;
  /** What each INSTREAM conversation sent, put together again. */
  readonly streamed: readonly Buffer[];
  readonly connections: () => number;
  close(): Promise<void>;
};

/** What the server does with a finished conversation. `undefined` hangs. */
export type Behaviour = (content: Buffer, socket: Socket) => string | undefined;

/** A server that speaks clamd's side of INSTREAM and then behaves as it is told. */
export async function fakeClamd(behave: Behaviour, version = () => 'ClamAV 1.4.3'): Promise<FakeClamd> {
  const streamed: Buffer[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket);
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (received.toString('latin1', 0, 6) === 'zPING\0') return void socket.end('PONG\0');
      if (received.toString('latin1', 0, 9) === 'zVERSION\0') return void socket.end(`${version()}\0`);
      const content = contentOf(received);
      if (!content) return;
      streamed.push(content);
      const reply = behave(content, socket);
      if (reply !== undefined) socket.end(reply);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    address: { host: '127.0.0.1', port },
    streamed,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** The chunks after the command, once the one of no length has come. */
function contentOf(received: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  for (let at = 'zINSTREAM\0'.length; at + 4 <= received.length; ) {
    const length = received.readUInt32BE(at);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(received.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return undefined;
}
