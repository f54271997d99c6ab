// The console behind an HTTP API. Which page was asked for is not logged, nor by whom: views of cases and sign-ins are on
// record in the audit trail.

import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type Asked, requestOf, resultOf, SOURCE } from '../lib/console/api-gateway.ts';
import { consoleApp } from '../lib/console/app.ts';
import { openIssuer } from '../lib/console/oidc-issuer.ts';
import { oidcSessions } from '../lib/console/oidc-sessions.ts';
import { signInOnRecord } from '../lib/console/on-record.ts';
import { tokenPrograms } from '../lib/console/programs.ts';
import { oidcSignIn } from '../lib/console/sign-in-oidc.ts';
import { readConsoleEnv } from '../lib/env.ts';
import { handOutBy } from '../lib/hand-out.ts';
import { invoker } from '../lib/invoke.ts';
import { invokedPictures } from '../lib/invoked-pictures.ts';
import { jsonLog } from '../lib/log.ts';
import { reviewPlaces } from '../lib/places.ts';
import { presigner } from '../lib/presigned.ts';
import { secretText } from '../lib/secret-text.ts';

const log = jsonLog();
const env = readConsoleEnv(process.env);
const review = reviewPlaces(env);
const { SPOORLOOS_OIDC_SECRET_ARN: secretArn, SPOORLOOS_PICTURES_URL: drawing } = env;
const issuer = openIssuer({
  ...{ issuer: env.SPOORLOOS_OIDC_ISSUER, clientId: env.SPOORLOOS_OIDC_CLIENT_ID },
  ...{ ourAddress: env.SPOORLOOS_CONSOLE_URL, scopes: env.SPOORLOOS_OIDC_SCOPES },
  groupsClaim: env.SPOORLOOS_OIDC_GROUPS_CLAIM,
  ...(secretArn !== undefined && { clientSecret: () => secretText(secretArn, process.env) }),
});
const { host } = new URL(env.SPOORLOOS_CONSOLE_URL);
const sessions = oidcSessions(review, issuer, env.SPOORLOOS_CONSOLE_GROUPS);
const api = env.SPOORLOOS_CONSOLE_API;
const [own, ...others] = env.SPOORLOOS_CONSOLES ?? [];
const presign = presigner(env.SPOORLOOS_QUARANTINE);
const app = consoleApp({
  ...{ review, signIn: oidcSignIn(issuer, sessions, signInOnRecord(review)) },
  ...(own && { channels: { own: own.name, others } }),
  ...(api && { programs: tokenPrograms(issuer, api, review.now) }),
  ...(drawing !== undefined && {
    pictures: invokedPictures(invoker(drawing), presign),
  }),
  handOut: handOutBy(invoker(env.SPOORLOOS_ORIGINALS_URL), presign, review.quarantine),
  isOurHost: (asked) => asked === host,
  sourceOf: ({ req }) => req.header(SOURCE) ?? 'nobody',
  onRefused: (what) => log('warn', 'refused', { what }),
  onFailure: (error) => log('error', 'the console failed', {}, error),
});

export async function handler(event: Asked): Promise<APIGatewayProxyStructuredResultV2> {
  const started = performance.now();
  const request = requestOf(event);
  const { requestId, authorizer } = event.requestContext;
  const response = request ? await app.fetch(request, { authorizer }) : new Response('', { status: 400 });
  log('info', 'console', { requestId, status: response.status, ms: Math.round(performance.now() - started) });
  return resultOf(response);
}
