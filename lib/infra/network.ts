// A room without a way out for what opens documents: no gateway, no address translation, endpoints for the four services
// that it talks to, and a resolver that knows no other names, because names can carry data out as well.

import { Annotations, Aws, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  FlowLogDestination,
  GatewayVpcEndpoint,
  GatewayVpcEndpointAwsService,
  InterfaceVpcEndpointAwsService,
  IpAddresses,
  type ISecurityGroup,
  type ISubnet,
  type IVpc,
  Peer,
  Port,
  SecurityGroup,
  Subnet,
  SubnetType,
  Vpc,
} from 'aws-cdk-lib/aws-ec2';
import { AnyPrincipal, Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { FunctionOptions } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CfnFirewallDomainList,
  CfnFirewallRuleGroup,
  CfnFirewallRuleGroupAssociation,
} from 'aws-cdk-lib/aws-route53resolver';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { Place } from './buckets.ts';
import type { Config } from './config.ts';

const SERVICES = ['sqs', 'sns', 'events'] as const;

export class Network extends Construct {
  readonly vpc: IVpc;
  private readonly subnets: readonly ISubnet[];
  private readonly securityGroups: readonly ISecurityGroup[];
  private readonly s3: GatewayVpcEndpoint | undefined;

  constructor(scope: Construct, id: string, { vpc: brought }: Config['network']) {
    super(scope, id);
    if (brought) {
      this.vpc = Vpc.fromVpcAttributes(this, 'Vpc', { vpcId: brought.id, availabilityZones: [...brought.zones] });
      this.subnets = brought.subnetIds.map((subnetId) => Subnet.fromSubnetId(this, subnetId, subnetId));
      // Functions are placed by subnet alone.
      Annotations.of(this).acknowledgeWarning('@aws-cdk/aws-ec2:noSubnetRouteTableId', 'no route is asked for');
      this.securityGroups = brought.securityGroupIds.map((one) => SecurityGroup.fromSecurityGroupId(this, one, one));
      return;
    }
    const vpc = new Vpc(this, 'Vpc', {
      ipAddresses: IpAddresses.cidr('10.0.0.0/24'),
      maxAzs: 2,
      natGateways: 0,
      subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
    });
    this.vpc = vpc;
    this.subnets = vpc.isolatedSubnets;
    const logGroup = new LogGroup(this, 'Flows', {
      retention: RetentionDays.SIX_MONTHS,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    vpc.addFlowLog('FlowLog', { destination: FlowLogDestination.toCloudWatchLogs(logGroup) });

    const inside = new SecurityGroup(this, 'Inside', { vpc, allowAllOutbound: false, description: 'opens documents' });
    // To any address, of which there are routes to S3 and the endpoints only: S3's addresses differ by region.
    inside.addEgressRule(Peer.anyIpv4(), Port.tcp(443));
    this.securityGroups = [inside];
    this.s3 = new GatewayVpcEndpoint(this, 'S3', { vpc, service: GatewayVpcEndpointAwsService.S3 });
    const doors = new SecurityGroup(this, 'Doors', { vpc, allowAllOutbound: false, description: 'endpoints' });
    doors.addIngressRule(inside, Port.tcp(443));
    for (const name of SERVICES) {
      const service = SERVICE[name];
      vpc
        .addInterfaceEndpoint(name, { service, securityGroups: [doors], open: false })
        .addToPolicy(ownAccount({ actions: SENDS[name], resources: ['*'] }));
    }
    this.resolveOnly(vpc);
  }

  /** Where a function runs. */
  get placement(): Pick<FunctionOptions, 'vpc' | 'vpcSubnets' | 'securityGroups'> {
    return { vpc: this.vpc, vpcSubnets: { subnets: [...this.subnets] }, securityGroups: [...this.securityGroups] };
  }

  /** Lets S3 be spoken to about these buckets. An endpoint that was brought has its owner's policy. */
  allowBuckets(places: readonly Place[]): void {
    const resources = places.flatMap(({ bucket }) => [bucket.bucketArn, bucket.arnForObjects('*')]);
    this.s3?.addToPolicy(ownAccount({ actions: S3_ACTIONS, resources }));
  }

  /** Lets S3 be asked for what is in a bucket, by that role alone. */
  allowReading({ bucket }: Place, { roleArn }: Role): void {
    const resources = [bucket.bucketArn, bucket.arnForObjects('*')];
    const statement = ownAccount({ actions: ['s3:GetObject', 's3:ListBucket'], resources });
    statement.addCondition('ArnEquals', { 'aws:PrincipalArn': roleArn });
    this.s3?.addToPolicy(statement);
  }

  /** Lambda joins a function to the network as the function's role; the function itself may not do these things. */
  allowJoining(role: Role): void {
    const actions = [
      'ec2:CreateNetworkInterface',
      'ec2:DescribeNetworkInterfaces',
      'ec2:DeleteNetworkInterface',
      'ec2:DescribeSubnets',
      'ec2:DescribeSecurityGroups',
      'ec2:DescribeVpcs',
      'ec2:AssignPrivateIpAddresses',
      'ec2:UnassignPrivateIpAddresses',
    ];
    const functions = `arn:${Aws.PARTITION}:lambda:${Aws.REGION}:${Aws.ACCOUNT_ID}:function:*`;
    const fromCode = { ArnLike: { 'lambda:SourceFunctionArn': functions } };
    role.addToPolicy(new PolicyStatement({ actions, resources: ['*'] }));
    role.addToPolicy(new PolicyStatement({ effect: Effect.DENY, actions, resources: ['*'], conditions: fromCode }));
    acknowledge(
      role,
      'IAM5[Resource::*]',
      'network interfaces have no names beforehand; code of functions is denied them',
    );
  }

  private resolveOnly(vpc: Vpc): void {
    const { region } = Stack.of(this);
    const names = ['s3', '*.s3', ...SERVICES].map((name) => `${name}.${region}.${Aws.URL_SUFFIX}`);
    const known = new CfnFirewallDomainList(this, 'KnownNames', { domains: names });
    const all = new CfnFirewallDomainList(this, 'AllNames', { domains: ['*'] });
    const rules = new CfnFirewallRuleGroup(this, 'Names', {
      firewallRules: [
        { action: 'ALLOW', firewallDomainListId: known.attrId, priority: 1 },
        { action: 'BLOCK', blockResponse: 'NXDOMAIN', firewallDomainListId: all.attrId, priority: 2 },
      ],
    });
    new CfnFirewallRuleGroupAssociation(this, 'NamesOfVpc', {
      firewallRuleGroupId: rules.attrId,
      vpcId: vpc.vpcId,
      priority: 101,
    });
  }
}

const S3_ACTIONS = ['s3:GetObject', 's3:GetObjectVersion', 's3:PutObject', 's3:ListBucket', 's3:ListBucketVersions'];
const SERVICE = {
  sqs: InterfaceVpcEndpointAwsService.SQS,
  sns: InterfaceVpcEndpointAwsService.SNS,
  events: InterfaceVpcEndpointAwsService.EVENTBRIDGE,
} as const;
const SENDS = {
  sqs: ['sqs:SendMessage'],
  sns: ['sns:Publish'],
  events: ['events:PutEvents'],
} as const;

function ownAccount({ actions, resources }: { readonly actions: readonly string[]; readonly resources: string[] }) {
  return new PolicyStatement({
    principals: [new AnyPrincipal()],
    actions: [...actions],
    resources,
    // Other credentials than ours could carry documents to other accounts through these doors.
    conditions: { StringEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID, 'aws:ResourceAccount': Aws.ACCOUNT_ID } },
  });
}
