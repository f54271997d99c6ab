import { fileURLToPath } from 'node:url';
import { type Duration, IgnoreMode, RemovalPolicy, Size } from 'aws-cdk-lib';
import { Platform } from 'aws-cdk-lib/aws-ecr-assets';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  DockerImageCode,
  DockerImageFunction,
  type Function as LambdaFunction,
  LoggingFormat,
  ParamsAndSecretsLayerVersion,
  ParamsAndSecretsVersions,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Config } from './config.ts';
import type { Network } from './network.ts';

// Where the Dockerfile puts it.
const NODE = '/usr/local/bin/node';
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

const SECRETS_EXTENSION = ParamsAndSecretsVersions.V1_0_103;

export interface HandlerProps {
  readonly config: Config;
  readonly timeout: Duration;
  readonly memoryMb: number;
  /** Equal to what the queue may ask for: less would throttle, and throttled receives count as failures. */
  readonly concurrency: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Has AWS's extension beside it that reads secrets. */
  readonly readsSecrets?: boolean;
}

/** A function with a role and a log group of its own: rights are added one by one, and none comes from a managed policy. */
export abstract class Handler extends Construct {
  abstract readonly function: LambdaFunction;
  readonly role: Role;
  readonly concurrency: number;
  private readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { config, concurrency }: HandlerProps) {
    super(scope, id);
    this.concurrency = concurrency;
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: config.retention.functionLogsDays,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
    if (config.tracing) acknowledge(this.role, 'IAM5[Resource::*]', 'X-Ray takes traces for no resource');
  }

  protected common({ config, timeout, memoryMb, concurrency, environment }: HandlerProps) {
    return {
      architecture: Architecture.X86_64,
      timeout,
      memorySize: memoryMb,
      reservedConcurrentExecutions: concurrency,
      environment: { ...environment },
      loggingFormat: LoggingFormat.TEXT,
      tracing: config.tracing ? Tracing.ACTIVE : Tracing.DISABLED,
      role: this.role,
      logGroup: this.logGroup,
    };
  }
}

type Bundled =
  | 'shadow-fail-closed'
  | 'promote'
  | 'fail-closed'
  | 'sweep'
  | 'remind'
  | 'canary'
  | 'status'
  | 'tell'
  | 'collect'
  | 'console'
  | 'originals'
  | 'replay'
  | 'scan-results'
  | 'scan-requests';

/** A bundled function without a parser. */
export class BundledHandler extends Handler {
  readonly function: LambdaFunction;

  /** `lambda`: the file in lambdas/, without its extension. */
  constructor(scope: Construct, id: string, lambda: Bundled, props: HandlerProps) {
    super(scope, id, props);
    this.function = new NodejsFunction(this, 'Function', {
      ...this.common(props),
      entry: `${ROOT}lambdas/${lambda}.ts`,
      projectRoot: ROOT,
      depsLockFilePath: `${ROOT}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      ...(props.readsSecrets && { paramsAndSecrets: ParamsAndSecretsLayerVersion.fromVersion(SECRETS_EXTENSION) }),
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        sourceMap: false,
        // The SDK is ours, at our version, not the runtime's of the day.
        externalModules: [],
        // Some of the SDK's dependencies still call require.
        banner: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
    });
  }
}

/** The container image with every parser and engine: what opens documents, and what fetches clamd's definitions. */
export class ImageHandler extends Handler {
  readonly function: LambdaFunction;

  constructor(
    scope: Construct,
    id: string,
    network: Network | undefined,
    props: HandlerProps & { readonly lambda?: 'definitions' | 'shadow' | 'audits' | 'pictures' },
  ) {
    super(scope, id, props);
    // Before the function, which Lambda joins to the network as this role.
    network?.allowJoining(this.role);
    this.function = new DockerImageFunction(this, 'Function', {
      ...this.common(props),
      ...network?.placement,
      code: DockerImageCode.fromImageAsset(ROOT, {
        file: 'Dockerfile',
        platform: Platform.LINUX_AMD64,
        ignoreMode: IgnoreMode.DOCKER,
        exclude: ['*', '!bin', '!lib', '!lambdas', '!image', '!package.json', '!package-lock.json', '!Dockerfile'],
        // Otherwise what the Dockerfile says: sanitize.
        ...(props.lambda && { entrypoint: [NODE, '/app/lambdas/runtime.ts', `/app/lambdas/${props.lambda}.ts`] }),
      }),
      ephemeralStorageSize: Size.gibibytes(4),
    });
  }
}
