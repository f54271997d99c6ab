import { serve } from '@hono/node-server';
import { UsageError } from './command.ts';

export type Listening = {
  readonly port: number;
  /** Ends what is open, and resolves when nothing listens any more. */
  close(): Promise<void>;
};

/** Answers HTTP on one address. Rejects with a UsageError where the port is taken; `hint` says what to do then. */
export function listen(
  fetch: (request: Request) => Response | Promise<Response>,
  { hostname, port }: { readonly hostname: string; readonly port: number },
  hint: string,
): Promise<Listening> {
  return new Promise((opened, failed) => {
    const server = serve({ fetch, hostname, port }, (address) => {
      const close = () => new Promise<void>((closed) => void server.close(() => closed()));
      opened({ port: address.port, close });
    });
    server.once('error', (error) => {
      const isTaken = 'code' in error && error.code === 'EADDRINUSE';
      failed(isTaken ? new UsageError(`port ${port} is taken`, hint) : error);
    });
  });
}
