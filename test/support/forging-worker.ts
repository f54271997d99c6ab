// A worker that a hostile document has taken over: it answers what the test asks of it, through the document's name.

import { z } from 'zod';
import { serveJobs } from '../../lib/engines/serve-jobs.ts';

const Message = z.object({ name: z.string() });
const Forged = z.object({
  answer: z.unknown().optional(),
  output: z.string().optional(),
  throws: z.string().optional(),
});

await serveJobs(async () => async (_input, message) => {
  const { answer, output, throws } = Forged.parse(JSON.parse(Message.parse(message).name));
  if (throws !== undefined) throw new RangeError(throws);
  return output === undefined ? { answer } : { answer, output: Buffer.from(output) };
});
