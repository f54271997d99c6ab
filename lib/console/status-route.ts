// Where a document is, for programs: the same answer as on AWS and on a worker. Who may ask is the console's to decide.

import { Hono } from 'hono';
import { answerStatus } from '../status/answer.ts';
import type { StatusPlaces } from '../status/document-status.ts';

export function statusRoute(places: StatusPlaces): Hono {
  const app = new Hono();
  app.all('/status', async ({ req }) => {
    const { search } = new URL(req.url);
    const { body, ...said } = await answerStatus(places, { method: req.method, query: search.slice(1) });
    return new Response(body, said);
  });
  return app;
}
