// The entry of a worker process that has LibreOffice print a document, in its sandbox.

import { z } from 'zod';
import { LIMITS } from './core/limits.ts';
import { PRINTABLE } from './core/printed-formats.ts';
import { Refusal } from './core/refusal.ts';
import { printer } from './engines/converter.ts';
import { serveJobs } from './engines/serve-jobs.ts';

const Opening = z.strictObject({ maxPrintedBytes: z.int().positive() });
const Message = z.strictObject({ format: z.enum(PRINTABLE) });

await serveJobs(async (data) => {
  const { maxPrintedBytes } = Opening.parse(data);
  const print = printer({ ...LIMITS, maxInputBytes: maxPrintedBytes });
  return async (untrusted, message) => {
    try {
      return { answer: { is: 'printed' }, output: await print(untrusted, Message.parse(message).format) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { answer: { is: error.reason === 'legacy-format' ? 'no-converter' : 'none' } };
    }
  };
});
