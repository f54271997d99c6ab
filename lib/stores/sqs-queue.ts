import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message, Queue } from '../core/store.ts';

// SQS's own limits; what is asked beyond them is cut to them.
const MAX_BATCH = 10;
const MAX_BATCH_BYTES = 256 * 1024;
// Requests at the same time.
const BATCHES_AT_ONCE = 8;
const MAX_WAIT_SECONDS = 20;
// A queue that holds messages answers at once.
const LAST_ANSWER_MS = 1000;
const MAX_DELAY_SECONDS = 900;
const MAX_VISIBILITY_SECONDS = 43_200;

/**
 * A standard queue. Visibility, deliveries and dead letters are the queue's own settings. Delays count in whole
 * seconds, rounded up. A receive that is aborted resolves within a moment, with what was on its way.
 */
export function sqsQueue(client: SQSClient, url: string): Queue {
  return {
    async send(body, { delayMs } = {}) {
      const delay = delayMs === undefined ? {} : { DelaySeconds: seconds(delayMs, MAX_DELAY_SECONDS) };
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: escaped(body), ...delay }));
    },

    async sendBatch(bodies) {
      const batches = batchesOf(bodies.map(escaped)).values();
      const send = async () => {
        for (const batch of batches) await sendAll(client, url, batch);
      };
      await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, send));
    },

    async receive({ max, waitMs, signal }) {
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: Math.min(max, MAX_BATCH),
        WaitTimeSeconds: seconds(waitMs, MAX_WAIT_SECONDS),
        MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
      });
      const last = lastAnswer(signal);
      try {
        if (signal?.aborted) return [];
        const { Messages = [] } = await client.send(command, { abortSignal: last.signal });
        return Messages.map((message): Message => {
          const { MessageId: id, Body: body, ReceiptHandle: receipt, Attributes } = message;
          if (id === undefined || body === undefined || receipt === undefined)
            throw new Error('a message without id, body or receipt');
          const receiveCount = Number(Attributes?.ApproximateReceiveCount ?? 1);
          const sentAtMs = Number(Attributes?.SentTimestamp ?? Number.NaN);
          return { id, body, receipt, receiveCount, ...(Number.isFinite(sentAtMs) && { sentAtMs }) };
        });
      } catch (error) {
        if (signal?.aborted) return [];
        throw error;
      } finally {
        last.forget();
      }
    },

    async delete({ receipt }) {
      await client.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: receipt }));
    },

    async retry({ receipt }, { afterMs }) {
      try {
        const VisibilityTimeout = seconds(afterMs, MAX_VISIBILITY_SECONDS);
        await client.send(
          new ChangeMessageVisibilityCommand({ QueueUrl: url, ReceiptHandle: receipt, VisibilityTimeout }),
        );
      } catch (error) {
        // Its visibility ran out already: it is back, which is what was asked for.
        if (!(error instanceof Error && error.name.endsWith('MessageNotInflight'))) throw error;
      }
    },

    // The age of the oldest message is a metric of CloudWatch, not an attribute of the queue.
    async depth() {
      const { Attributes = {} } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: [...DEPTH_ATTRIBUTES] }),
      );
      const [waiting = 0, inFlight = 0, delayed = 0] = DEPTH_ATTRIBUTES.map((name) => {
        const count = Number(Attributes[name]);
        if (!Number.isInteger(count)) throw new Error(`the queue did not tell ${name}`);
        return count;
      });
      return { waiting, inFlight, delayed };
    },
  };
}

/** Aborted a moment after the signal: an answer may be on its way, whose messages nobody would get for a long time. */
function lastAnswer(signal: AbortSignal | undefined) {
  const cut = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const onAbort = () => {
    timer = setTimeout(() => cut.abort(), LAST_ANSWER_MS);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    signal: cut.signal,
    forget() {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    },
  };
}

const DEPTH_ATTRIBUTES = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

/** Up to ten messages a request, and together no larger than one message may be. */
function batchesOf(bodies: readonly string[]): string[][] {
  const batches: string[][] = [];
  let bytes = 0;
  for (const body of bodies) {
    const size = Buffer.byteLength(body);
    const batch = batches.at(-1);
    if (batch && batch.length < MAX_BATCH && bytes + size <= MAX_BATCH_BYTES) {
      batch.push(body);
      bytes += size;
    } else {
      batches.push([body]);
      bytes = size;
    }
  }
  return batches;
}

async function sendAll(client: SQSClient, url: string, bodies: readonly string[]): Promise<void> {
  const Entries = bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody }));
  const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
  // A batch is answered with success although some of it failed.
  if (Failed.length > 0) throw new Error(`the queue did not take ${Failed.length} of ${bodies.length} messages`);
}

/**
 * SQS takes the characters of XML 1.0 only, and some servers none beyond U+FFFD. In JSON text all of them may stand as
 * escapes, which mean the same.
 */
function escaped(json: string): string {
  return json.replace(/[\ud800-\udfff\ufffe\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16)}`);
}

function seconds(ms: number, most: number): number {
  return Math.min(Math.max(0, Math.ceil(ms / 1000)), most);
}
