import { once } from 'node:events';
import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { DocumentEvent } from '../../lib/core/records.ts';

export type EventBus = {
  /** For AWS_ENDPOINT_URL_EVENTBRIDGE. */
  readonly endpoint: string;
  readonly events: readonly DocumentEvent[];
  close(): Promise<void>;
};

const PutEvents = z.object({
  Entries: z.array(z.object({ EventBusName: z.string(), Source: z.literal('spoorloos'), Detail: z.string() })),
});

/** The one call of EventBridge that the functions make. What is not such a call is answered with an error. */
export async function startEventBus(): Promise<EventBus> {
  const events: DocumentEvent[] = [];
  const server = createServer(async (request, response) => {
    try {
      if (request.headers['x-amz-target'] !== 'AWSEvents.PutEvents') throw new Error('another call');
      const { Entries } = PutEvents.parse(JSON.parse(await text(request)));
      for (const { Detail } of Entries) events.push(DocumentEvent.parse(JSON.parse(Detail)));
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: `${i}` })) }));
    } catch {
      response.writeHead(400).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.number() }).parse(server.address());
  return {
    endpoint: `http://127.0.0.1:${port}`,
    events,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
