import { Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Acknowledges a rule of cdk-nag's AWS Solutions pack on a construct, with the reason that an auditor reads. */
export function acknowledge(construct: Construct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions::AwsSolutions-${rule}`, reason });
}
