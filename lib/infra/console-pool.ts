import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { FeaturePlan, Mfa, OAuthScope, UserPool, UserPoolClientIdentityProvider } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';
import type { ConsoleConfig } from './config-console.ts';

export interface ConsolePoolProps {
  readonly settings: ConsoleConfig & { readonly pool: NonNullable<ConsoleConfig['pool']> };
  /** Where browsers reach the console. */
  readonly url: string;
}

// Where people come back to: lib/console/oidc-issuer.ts, which constructs do not import. A test holds them equal.
const CALLBACK = '/sign-in/callback';
const SIGNED_OUT = '/signed-out';

/** Who may sign in to the console, where no issuer of your own does that. Its people are kept when the stack goes. */
export class ConsolePool extends Construct {
  readonly issuer: string;
  readonly clientId: string;

  constructor(scope: Construct, id: string, { settings: { pool, groups }, url }: ConsolePoolProps) {
    super(scope, id);
    const users = new UserPool(this, 'Pool', {
      selfSignUpEnabled: false,
      signInAliases: { email: true },
      mfa: Mfa.REQUIRED,
      mfaSecondFactor: { otp: true, sms: false },
      passwordPolicy: {
        ...{ minLength: 12, requireLowercase: true, requireUppercase: true, requireDigits: true, requireSymbols: true },
        tempPasswordValidity: Duration.days(3),
      },
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    acknowledge(
      users,
      'COG8',
      'a second factor is asked of everybody; the plan that watches for stolen passwords costs by user',
    );
    for (const groupName of new Set(Object.values(groups).flat())) users.addGroup(`Group-${groupName}`, { groupName });
    users.addDomain('Domain', { cognitoDomain: { domainPrefix: pool.domainPrefix } });
    const client = users.addClient('Client', {
      // Public, with PKCE: a secret would have to pass through the template.
      generateSecret: false,
      oAuth: {
        flows: { authorizationCodeGrant: true },
        scopes: [OAuthScope.OPENID, OAuthScope.EMAIL],
        callbackUrls: [url + CALLBACK],
        logoutUrls: [url + SIGNED_OUT],
      },
      authFlows: { user: false, userSrp: false, userPassword: false, adminUserPassword: false, custom: false },
      supportedIdentityProviders: [UserPoolClientIdentityProvider.COGNITO],
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.minutes(5),
      idTokenValidity: Duration.minutes(5),
      // As long as a sign-in to the console lasts.
      refreshTokenValidity: Duration.hours(9),
    });
    const { region, urlSuffix } = Stack.of(this);
    this.issuer = `https://cognito-idp.${region}.${urlSuffix}/${users.userPoolId}`;
    this.clientId = client.userPoolClientId;
  }
}
