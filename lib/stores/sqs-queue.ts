import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Message, Queue } from '../core/store.ts';

// SQS's own limits; what is asked beyond them is cut to them.
const MAX_BATCH = 10;
const MAX_WAIT_SECONDS = 20;
const MAX_DELAY_SECONDS = 900;
const MAX_VISIBILITY_SECONDS = 43_200;

/**
 * A standard queue. Visibility, deliveries and dead letters are the queue's own settings. Delays count in whole
 * seconds, rounded up. A receive that is aborted resolves with no messages; what was on its way comes back later.
 */
export function sqsQueue(client: SQSClient, url: string): Queue {
  return {
    async send(body, { delayMs } = {}) {
      const delay = delayMs === undefined ? {} : { DelaySeconds: seconds(delayMs, MAX_DELAY_SECONDS) };
      await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: escaped(body), ...delay }));
    },

    async receive({ max, waitMs, signal }) {
      const command = new ReceiveMessageCommand({
        QueueUrl: url,
        MaxNumberOfMessages: Math.min(max, MAX_BATCH),
        WaitTimeSeconds: seconds(waitMs, MAX_WAIT_SECONDS),
        MessageSystemAttributeNames: ['ApproximateReceiveCount'],
      });
      try {
        if (signal?.aborted) return [];
        const { Messages = [] } = await client.send(command, signal ? { abortSignal: signal } : {});
        return Messages.map((message): Message => {
          const { MessageId: id, Body: body, ReceiptHandle: receipt, Attributes } = message;
          if (id === undefined || body === undefined || receipt === undefined)
            throw new Error('a message without id, body or receipt');
          return { id, body, receipt, receiveCount: Number(Attributes?.ApproximateReceiveCount ?? 1) };
        });
      } catch (error) {
        if (signal?.aborted) return [];
        throw error;
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
  };
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
