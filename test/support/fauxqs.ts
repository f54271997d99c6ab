import { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { startFauxqs } from 'fauxqs';
import { sqsClient } from '../../lib/stores/sqs-client.ts';

export type MessageServer = {
  /** What a process needs in its environment to use it. */
  readonly env: Readonly<Record<string, string>>;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  /** Makes a queue with a name of its own and resolves with its URL. */
  queue(options?: QueueSettings): string;
  /** Makes a topic with a name of its own and resolves with its ARN. */
  topic(): string;
  stop(): Promise<void>;
};

export type QueueSettings = {
  readonly visibilitySeconds?: number;
  readonly deadLetters?: { readonly url: string; readonly maxReceives: number };
};

/** SQS and SNS in this process, on a free port. */
export async function startMessageServer(): Promise<MessageServer> {
  const server = await startFauxqs({ port: 0, logger: false });
  const env = {
    AWS_ENDPOINT_URL_SQS: server.address,
    AWS_ENDPOINT_URL_SNS: server.address,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-1',
  };
  const sqs = sqsClient(env);
  const credentials = { accessKeyId: env.AWS_ACCESS_KEY_ID, secretAccessKey: env.AWS_SECRET_ACCESS_KEY };
  const sns = new SNSClient({ endpoint: server.address, region: env.AWS_REGION, credentials });
  const arns = new Map<string, string>();
  let names = 0;
  return {
    env,
    sqs,
    sns,
    queue({ visibilitySeconds = 30, deadLetters } = {}) {
      names += 1;
      const attributes: Record<string, string> = { VisibilityTimeout: String(visibilitySeconds) };
      if (deadLetters) {
        const deadLetterTargetArn = arns.get(deadLetters.url);
        attributes.RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: deadLetters.maxReceives });
      }
      const { queueUrl, queueArn } = server.createQueue(`queue-${names}`, { attributes });
      arns.set(queueUrl, queueArn);
      return queueUrl;
    },
    topic() {
      names += 1;
      return server.createTopic(`topic-${names}`).topicArn;
    },
    async stop() {
      sqs.destroy();
      sns.destroy();
      await server.stop();
    },
  };
}
