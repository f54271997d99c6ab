import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type Function as LambdaFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A role and a log group of a function's own: rights are added one by one, and none comes from a managed policy. */
export class FunctionHome extends Construct {
  readonly role: Role;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.logGroup = new LogGroup(this, 'Logs', {
      retention: RetentionDays.SIX_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn],
      }),
    );
  }
}

export interface BundledHandlerProps {
  /** The file in lambdas/, without its extension. */
  readonly lambda: 'promote' | 'fail-closed';
  readonly timeout: Duration;
  readonly memoryMb: number;
  readonly concurrency: number;
  readonly environment: Readonly<Record<string, string>>;
}

/** A bundled function without a parser. */
export class BundledHandler extends Construct {
  readonly function: LambdaFunction;
  readonly role: Role;

  constructor(scope: Construct, id: string, props: BundledHandlerProps) {
    super(scope, id);
    const { role, logGroup } = new FunctionHome(this, 'Home');
    this.role = role;
    this.function = new NodejsFunction(this, 'Function', {
      entry: `${ROOT}lambdas/${props.lambda}.ts`,
      projectRoot: ROOT,
      depsLockFilePath: `${ROOT}package-lock.json`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.X86_64,
      timeout: props.timeout,
      memorySize: props.memoryMb,
      // Equal to what the queue may ask for: less would throttle, and throttled receives count as failures.
      reservedConcurrentExecutions: props.concurrency,
      environment: { ...props.environment },
      loggingFormat: LoggingFormat.TEXT,
      role,
      logGroup,
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
